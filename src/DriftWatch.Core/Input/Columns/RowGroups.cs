namespace DriftWatch.Core.Input.Columns;

/// <summary>Finds rows that are the same in all columns that repeat themselves (model, version, slices, what a label says): such rows have a number in common, and what was made of the first of them.</summary>
internal sealed class RowGroups<T>
    where T : struct
{
    private const int Most = 4096;

    private readonly Dictionary<ulong, int> _pairs = [];
    private readonly List<CellCodes> _codes = [];
    private T[] _made = new T[16];
    private bool[] _isMade = new bool[16];
    private int _count;
    private readonly CellPlace[] _places;
    private readonly int[] _ofColumn;

    /// <param name="block">Rows that are numbered at once, at most.</param>
    public RowGroups(int block) => (_places, _ofColumn) = (new CellPlace[block], new int[block]);

    /// <summary>Forgets all groups: what comes now may mean something else.</summary>
    public void Forget()
    {
        _pairs.Clear();
        _count = 0;
        foreach (var codes in _codes) codes.Forget();
    }

    /// <summary>Numbers rows.</summary>
    /// <param name="columns">Those that repeat themselves, the same ones since <see cref="Forget"/>.</param>
    /// <param name="start">The first row.</param>
    /// <param name="groups">Takes the number of each; <see cref="CellCodes.None"/>: it is not known by its like.</param>
    public void Number(List<PlainColumn> columns, int start, Span<int> groups)
    {
        int all = GroupOf(0, 0, CellCodes.None);
        bool isOne = true;
        groups.Fill(all);
        for (int column = 0; column < columns.Count; column++)
        {
            if (column == _codes.Count) _codes.Add(new CellCodes());
            var places = _places.AsSpan(0, groups.Length);
            var codes = _ofColumn.AsSpan(0, groups.Length);
            bool sameCells = _codes[column].Number(columns[column].Cells(start, places), places, codes);
            isOne &= sameCells;
            if (isOne) groups.Fill(all = Combined(column, all, codes[0]));
            else Combine(column, codes, groups);
        }
    }

    /// <summary>Whether the first row of a group has been made into something: <see cref="Made"/>.</summary>
    public bool IsMade(int group) => group >= 0 && _isMade[group];

    /// <summary>What was made of it.</summary>
    public ref readonly T Made(int group) => ref _made[group];

    public void Remember(int group, in T made)
    {
        if (group >= 0) (_made[group], _isMade[group]) = (made, true);
    }

    private void Combine(int column, ReadOnlySpan<int> codes, Span<int> groups)
    {
        int code = -2, group = -2, combined = CellCodes.None;
        for (int i = 0; i < groups.Length; i++)
        {
            if (codes[i] != code || groups[i] != group)
            {
                (code, group) = (codes[i], groups[i]);
                combined = Combined(column, group, code);
            }

            groups[i] = combined;
        }
    }

    private int Combined(int column, int group, int code) => code < 0 || group < 0 ? CellCodes.None : GroupOf(column + 1, group, code);

    private int GroupOf(int column, int group, int code)
    {
        // Columns, groups and codes are few: 20 bits hold each.
        ulong key = ((ulong)(uint)column << 40) | ((ulong)(uint)group << 20) | (uint)(code + 1);
        if (_pairs.TryGetValue(key, out int known)) return known;
        if (_count == Most) return CellCodes.None;
        if (_count == _made.Length)
        {
            Array.Resize(ref _made, 2 * _count);
            Array.Resize(ref _isMade, 2 * _count);
        }

        _pairs.Add(key, _count);
        _isMade[_count] = false;
        return _count++;
    }
}
