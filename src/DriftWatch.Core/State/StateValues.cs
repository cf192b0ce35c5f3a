using System.Collections.Immutable;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.State;

/// <summary>State that has no place to be written into: properties, and immutable records, which are re-created when they are read.</summary>
/// <remarks>
/// Each of these says "what is kept of this": the value itself when it is written, what was written when it is read. <c>Labeled = state.Kept(Labeled)</c> does for
/// both ways, and so does a record's constructor whose arguments are all <c>state.Kept(…)</c>, as they are evaluated in the order they are written in.
/// </remarks>
internal static class StateValues
{
    public static long Kept(this StateExchange state, long value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static int Kept(this StateExchange state, int value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static bool Kept(this StateExchange state, bool value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static double Kept(this StateExchange state, double value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static double? Kept(this StateExchange state, double? value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static int? Kept(this StateExchange state, int? value) => state.Kept(value, Kept);

    public static EventTime Kept(this StateExchange state, EventTime value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static EventTime? Kept(this StateExchange state, EventTime? value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static TimeSpan Kept(this StateExchange state, TimeSpan value)
    {
        state.Exchange(ref value);
        return value;
    }

    public static TimeSpan? Kept(this StateExchange state, TimeSpan? value) => state.Kept(value, Kept);

    public static string? Kept(this StateExchange state, string? value)
    {
        state.Exchange(ref value);
        return value;
    }

    /// <summary>A text that is always there; null only when it is to be read.</summary>
    public static string KeptText(this StateExchange state, string? value)
    {
        string text = value ?? "";
        state.ExchangeText(ref text);
        return text;
    }

    public static T Kept<T>(this StateExchange state, T value)
        where T : unmanaged, Enum
    {
        state.Exchange(ref value);
        return value;
    }

    public static T? Kept<T>(this StateExchange state, T? value)
        where T : unmanaged, Enum => state.Kept(value, Kept);

    /// <summary>A value that may be missing.</summary>
    /// <param name="state">On its way.</param>
    /// <param name="value">What is to be written; null when it is read.</param>
    /// <param name="each">Writes a value, or makes one of what it reads; it is given the default then.</param>
    public static T? Kept<T>(this StateExchange state, T? value, Func<StateExchange, T, T> each)
        where T : struct
        => state.Kept(value is not null) ? each(state, state.IsReading ? default : value.GetValueOrDefault()) : null;

    /// <summary>An immutable record that may be missing.</summary>
    /// <param name="state">On its way.</param>
    /// <param name="record">What is to be written; null when it is read.</param>
    /// <param name="each">Writes a record, or makes one of what it reads; it is given null then.</param>
    public static T? Kept<T>(this StateExchange state, T? record, Func<StateExchange, T?, T> each)
        where T : class
    {
        if (!state.Kept(record is not null)) return null;
        var kept = each(state, state.IsReading ? null : record);
        return state.IsReading ? kept : record;
    }

    /// <summary>A number that the rest relies on: read outside its range, state is refused.</summary>
    public static long KeptWithin(this StateExchange state, long value, long least, long most, string what)
    {
        state.Exchange(ref value);
        return value >= least && value <= most ? value : throw new StateFormatException($"{value} cannot be {what}: that is {least} to {most}.");
    }

    /// <inheritdoc cref="KeptWithin(StateExchange, long, long, long, string)"/>
    public static int KeptWithin(this StateExchange state, int value, int least, int most, string what) => (int)state.KeptWithin((long)value, least, most, what);

    /// <summary>An immutable array, with at most so many items.</summary>
    public static ImmutableArray<T> Kept<T>(this StateExchange state, ImmutableArray<T> items, int most, Func<StateExchange, T?, T> each)
    {
        int count = state.KeptWithin(items.IsDefault ? 0 : items.Length, 0, most, "the number of items");
        if (!state.IsReading)
        {
            foreach (var item in items) each(state, item);
            return items;
        }

        var read = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count; i++) read.Add(each(state, default));
        return read.MoveToImmutable();
    }
}
