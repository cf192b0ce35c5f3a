using DriftWatch.Core.Input;

namespace DriftWatch.Web;

/// <summary>The name of a view as somebody writes it in a query: the class after the colon may be in any spelling.</summary>
internal static class ViewName
{
    public static string? Canonical(string? view)
    {
        int colon = view?.IndexOf(':') ?? -1;
        return colon < 0 ? view : view![..(colon + 1)] + ClassText.Canonical(view[(colon + 1)..]);
    }
}
