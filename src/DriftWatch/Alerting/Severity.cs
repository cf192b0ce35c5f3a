namespace DriftWatch.Alerting;

/// <summary>Who is told of an alert, as Alertmanager's routes go by it.</summary>
internal enum Severity
{
    /// <summary>Nobody: it must always come.</summary>
    None,

    /// <summary>A ticket: it can wait till morning.</summary>
    Warning,

    /// <summary>A page.</summary>
    Critical,
}
