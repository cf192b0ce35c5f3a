using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Which part an instance plays for a task, as the API tells it.</summary>
internal static class TaskRole
{
    /// <summary><c>owner</c>: it works, or brings the state back to do so; <c>standby</c>: another does; null: not known yet.</summary>
    public static string? Of(ServiceSnapshot snapshot) => snapshot switch
    {
        { Phase: ServicePhase.Standby } => "standby",
        { HasState: true } or { Phase: ServicePhase.Restoring } or { Restore: not null } => "owner",
        _ => null,
    };
}
