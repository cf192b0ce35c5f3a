using System.Text.Json;

namespace DriftWatch.Json;

/// <summary>A member that is an object, or null where nothing is known.</summary>
internal static class JsonMember
{
    /// <param name="json">An object is open in it.</param>
    /// <param name="name">Of the member.</param>
    /// <param name="value">What it tells of; null: the member is null.</param>
    /// <param name="write">Writes the members of the object.</param>
    public static void Write<T>(Utf8JsonWriter json, string name, T? value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        if (value is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        write(json, value);
        json.WriteEndObject();
    }
}
