using System.Text.Json.Nodes;

namespace DriftWatch.Options.Table;

/// <summary>One row of the table of settings: its name, what it means to an operator, and what is allowed.</summary>
/// <remarks>The table is the one source of the loader, of <c>docs/configuration.md</c> and of the JSON Schema.</remarks>
internal abstract class Setting(string name, string meaning)
{
    /// <summary>The key, in camel case.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, and what follows from changing it. Sentences in Markdown.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>What may be written, in words.</summary>
    public abstract string Allowed { get; }

    /// <summary>Keys below this one; empty for a value.</summary>
    public virtual IReadOnlyList<Setting> Children => [];

    /// <summary>Whether users choose the keys right below this one.</summary>
    public virtual bool UsersNameKeys => false;

    /// <summary>The part of the JSON Schema for this key.</summary>
    public abstract JsonObject Schema();
}

/// <summary>A setting as the documentation shows it.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Path">Its path from the top, <c>models.&lt;model&gt;.horizon</c>.</param>
/// <param name="Default">The default in the words of the file; empty for none; null for a section.</param>
internal readonly record struct SettingRow(Setting Setting, string Path, string? Default);

/// <summary>A setting of a record of type <typeparamref name="T"/>.</summary>
internal abstract class Setting<T>(string name, string meaning) : Setting(name, meaning)
{
    /// <summary>Puts what was written into the record; says everything that is wrong with it.</summary>
    public abstract T Read(T target, ConfigNode node, string path, FaultList faults);

    /// <summary>Shows what is in force.</summary>
    /// <param name="target">The record that holds the value.</param>
    /// <param name="node">What was written; null where nothing was.</param>
    /// <param name="view">Takes the lines.</param>
    public abstract void Show(T target, ConfigNode? node, EffectiveView view);

    /// <summary>The rows for this key and those below it.</summary>
    public abstract IEnumerable<SettingRow> Rows(T defaults, string path);
}
