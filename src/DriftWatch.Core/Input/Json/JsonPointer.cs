namespace DriftWatch.Core.Input.Json;

/// <summary>A place in a JSON document (RFC 6901): <c>/meta/id</c>, <c>/scores/0</c>, <c>/a~1b</c> for the key "a/b". A step <c>*</c> is the only member of an object, whatever it is called.</summary>
public static class JsonPointer
{
    /// <summary>Splits a pointer into keys and indexes; the empty pointer names nothing to read and has none.</summary>
    /// <param name="place">The pointer's text.</param>
    /// <param name="steps">Its steps, unescaped.</param>
    /// <param name="error">What is wrong with it and how to mend it.</param>
    public static bool TryParse(string place, out string[] steps, out string? error)
    {
        (steps, error) = ([], null);
        if (place.Length == 0) return true;
        if (place[0] != '/')
        {
            error = $"\"{place}\" is no JSON pointer: it has to begin with \"/\", as in \"/{place.Replace('.', '/')}\".";
            return false;
        }

        for (int i = 0; i < place.Length; i++)
        {
            if (place[i] != '~' || (i + 1 < place.Length && place[i + 1] is '0' or '1')) continue;
            error = $"\"{place}\" is no JSON pointer: \"~\" has to be written as \"~0\" (and \"/\" inside a key as \"~1\").";
            return false;
        }

        steps = [.. place[1..].Split('/').Select(s => s.Replace("~1", "/").Replace("~0", "~"))];
        return true;
    }
}
