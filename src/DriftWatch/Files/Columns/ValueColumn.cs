using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Files.Columns;

/// <summary>The values of a column, wherever they lie.</summary>
internal delegate ReadOnlySpan<T> ValuesOf<T>();

/// <summary>A column of values that all have the same width.</summary>
/// <param name="values">The values.</param>
/// <param name="presence">Which rows have one.</param>
internal class ValueColumn<T>(ValuesOf<T> values, Presence presence) : PlainColumn
    where T : unmanaged
{
    public override ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        int width = Unsafe.SizeOf<T>();
        if (presence.Places is { } at)
        {
            for (int i = 0; i < places.Length; i++) places[i] = at[start + i] < 0 ? default : new(at[start + i] * width, width);
        }
        else
        {
            for (int i = 0; i < places.Length; i++) places[i] = new((start + i) * width, width);
            presence.Blank(start, places, default);
        }

        return MemoryMarshal.AsBytes(values());
    }

    /// <summary>Makes something of each value.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="into">Takes it.</param>
    /// <param name="nothing">What a row gets that has no value.</param>
    /// <param name="maker">Makes it.</param>
    /// <typeparam name="TMaker">How it is made: a type, so that no cell costs a call.</typeparam>
    /// <typeparam name="TMade">What is made.</typeparam>
    protected void Make<TMaker, TMade>(int start, Span<TMade> into, TMade nothing, TMaker maker)
        where TMaker : struct, IMaker<T, TMade>
    {
        var all = values();
        if (presence.Places is { } at)
        {
            for (int i = 0; i < into.Length; i++) into[i] = at[start + i] < 0 ? nothing : maker.Make(all[at[start + i]]);
            return;
        }

        all = all.Slice(start, into.Length);
        for (int i = 0; i < into.Length; i++) into[i] = maker.Make(all[i]);
        presence.Blank(start, into, nothing);
    }

    /// <summary>The value of a row, for what is made of few.</summary>
    protected bool TryValue(int row, out T value)
    {
        int place = presence.Places is { } at ? at[row] : presence.IsMissing(row) ? -1 : row;
        value = place < 0 ? default : values()[place];
        return place >= 0;
    }
}

/// <summary>What is made of a value.</summary>
internal interface IMaker<in T, out TMade>
{
    TMade Make(T value);
}
