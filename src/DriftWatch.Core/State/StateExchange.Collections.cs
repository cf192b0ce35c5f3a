using System.Buffers;

namespace DriftWatch.Core.State;

/// <content>Arrays, lists and dictionaries.</content>
public sealed partial class StateExchange
{
    /// <summary>An array whose length follows from the options; another one is a fault.</summary>
    public void Exchange(Span<double> values)
    {
        Length(values.Length);
        foreach (ref double value in values) Exchange(ref value);
    }

    /// <inheritdoc cref="Exchange(Span{double})"/>
    public void Exchange(Span<float> values)
    {
        Length(values.Length);
        foreach (ref float value in values) Exchange(ref value);
    }

    /// <inheritdoc cref="Exchange(Span{double})"/>
    public void Exchange(Span<long> values)
    {
        Length(values.Length);
        foreach (ref long value in values) Exchange(ref value);
    }

    /// <inheritdoc cref="Exchange(Span{double})"/>
    public void Exchange(Span<int> values)
    {
        Length(values.Length);
        foreach (ref int value in values) Exchange(ref value);
    }

    /// <summary>Bytes as they are, without their number: it must follow from what came before.</summary>
    public void ExchangeRaw(Span<byte> bytes)
    {
        if (_written is not null) _written.Write(bytes);
        else Take(bytes.Length).CopyTo(bytes);
    }

    /// <summary>How many follow: writes the number, or reads it.</summary>
    /// <remarks>Each of them takes a byte at least, so that damaged bytes cannot ask for more memory than they have.</remarks>
    public int ExchangeCount(int count)
    {
        Exchange(ref count);
        if (count < 0 || (IsReading && count > Remaining)) throw new StateFormatException($"After {_mark}, {count} cannot be the number of what follows.");
        return count;
    }

    /// <summary>A list of any length; what it held before is replaced. Each item takes a byte at least.</summary>
    public void Exchange<T>(List<T> items, Exchanger<T> each)
    {
        int count = ExchangeCount(items.Count);
        if (IsReading)
        {
            items.Clear();
            for (int i = 0; i < count; i++)
            {
                T item = default!;
                each(this, ref item);
                items.Add(item);
            }

            return;
        }

        foreach (var item in items)
        {
            var one = item;
            each(this, ref one);
        }
    }

    /// <summary>A dictionary, in the order of its keys' comparer so that the same content gives the same bytes.</summary>
    public void Exchange<TKey, TValue>(Dictionary<TKey, TValue> items, IComparer<TKey> order, Exchanger<TKey> eachKey, Exchanger<TValue> eachValue)
        where TKey : notnull
    {
        List<KeyValuePair<TKey, TValue>> pairs = [.. items.OrderBy(pair => pair.Key, order)];
        Exchange(pairs, (StateExchange state, ref KeyValuePair<TKey, TValue> pair) =>
        {
            var (key, value) = (pair.Key, pair.Value);
            eachKey(state, ref key);
            eachValue(state, ref value);
            pair = new(key, value);
        });
        if (!IsReading) return;
        items.Clear();
        foreach (var (key, value) in pairs) items[key] = value;
    }

    /// <summary>A part that may be missing; <paramref name="make"/> makes an empty one when it is read.</summary>
    public void Exchange<T>(ref T? part, Func<T> make)
        where T : class, IKeepsState
    {
        bool present = part is not null;
        Exchange(ref present);
        if (!present) part = null;
        else (part = IsReading ? make() : part!).Exchange(this);
    }

    private void Length(int length)
    {
        int found = length;
        Exchange(ref found);
        if (found != length) throw new StateFormatException($"After {_mark}, {length} numbers are expected and {found} were kept.");
    }
}
