using System.Runtime.CompilerServices;

namespace DriftWatch.Core.Input;

/// <summary>What kind of value a field holds, as far as the format tells.</summary>
public enum FieldKind : byte
{
    /// <summary>Not there, or null.</summary>
    Absent,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A number by JSON's grammar.</summary>
    Number,

    True,
    False,

    /// <summary>Text of a format without types, as a CSV cell: read as whatever the field needs. An empty one is <see cref="Absent"/>.</summary>
    Bare,

    /// <summary>NaN or an infinity, which JSON has no way to say but some producers write anyway.</summary>
    NotFinite,

    /// <summary>An object or an array.</summary>
    Structure,
}

/// <summary>Where one field's UTF-8 text is; see <see cref="RecordFields.TextOf"/>.</summary>
/// <remarks>One word, so that it travels in a register: 32 bits of offset, 29 of length, 3 of kind.</remarks>
public readonly record struct Field
{
    /// <summary>No text may be longer.</summary>
    public const int MaxLength = (1 << 29) - 1;

    private readonly ulong _word;

    /// <param name="start">Offset in the record's bytes; negative: the complement of an offset into the text that <see cref="RecordFields"/> keeps itself.</param>
    /// <param name="length">Length in bytes, at most <see cref="MaxLength"/>.</param>
    /// <param name="kind">What stands there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Field(int start, int length, FieldKind kind) => _word = ((ulong)(uint)start << 32) | ((ulong)(uint)length << 3) | (ulong)kind;

    public int Start => (int)(_word >> 32);

    public int Length => (int)(uint)_word >>> 3;

    public FieldKind Kind => (FieldKind)(_word & 7);

    /// <summary>A cell of a format without types.</summary>
    public static Field Cell(int start, int length) => new(start, length, length == 0 ? FieldKind.Absent : FieldKind.Bare);
}
