using Microsoft.Extensions.Logging;

namespace DriftWatch.Recalibrating;

/// <content>What it logs.</content>
internal sealed partial class RecalibrationLoop
{
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Request for {Series}, episode {Episode}, at {Place}: reading its calibration set")]
        public static partial void Began(ILogger logger, string series, string episode, string place);

        [LoggerMessage(Level = LogLevel.Information, Message = "Looking at {Series}, episode {Episode}, again, attempt {Attempt} of {Most}: reading on to what has come since")]
        public static partial void Again(ILogger logger, string series, string episode, int attempt, int most);

        [LoggerMessage(Level = LogLevel.Information, Message = "Episode {Episode} is not looked at again: it has ended, or somebody else has answered it")]
        public static partial void Over(ILogger logger, string episode);

        [LoggerMessage(Level = LogLevel.Information, Message = "Episode {Episode} is looked at again after {Due}, attempt {Attempt} of {Most}")]
        public static partial void Waits(ILogger logger, string episode, DateTimeOffset due, int attempt, int most);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Whether episodes that wait for data are open still was not found out, so none is looked at again: {Trouble} It is tried again in {Pause}")]
        public static partial void NotAgain(ILogger logger, string trouble, TimeSpan pause);

        [LoggerMessage(Level = LogLevel.Information, Message = "Answered {Series}, episode {Episode}: {Verdict}: {Reason}")]
        public static partial void Answered(ILogger logger, string series, string episode, string verdict, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Published revision {Revision} in {Folder}, {Checksum}")]
        public static partial void Published(ILogger logger, int revision, string folder, string checksum);

        [LoggerMessage(Level = LogLevel.Error, Message = "Answered {Series}, episode {Episode}: failed: {Reason}")]
        public static partial void NotPublished(ILogger logger, string series, string episode, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Passed over the request of {Series}, episode {Episode}, at {Place} without an answer, for not even that could be written. {Why} Then send the request again: driftwatch events resend")]
        public static partial void NotAnswered(ILogger logger, string series, string episode, string place, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "Dropped the dead letter of {Place}; the record is still there. {Why}")]
        public static partial void NotBuried(ILogger logger, string place, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "The folder of maps was behind the topic: {Model} {Version} is at {Name} now")]
        public static partial void Repaired(ILogger logger, string model, string version, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Series} has no map any more: topic {Topic} has none. Servers use the claims as they are; driftwatch maps rollback puts a map back")]
        public static partial void TakenAway(ILogger logger, string series, string topic);

        [LoggerMessage(Level = LogLevel.Information, Message = "Passed over the request at {Place}: episode {Episode} is answered")]
        public static partial void Repeated(ILogger logger, string place, string episode);

        [LoggerMessage(Level = LogLevel.Information, Message = "Passed over the request at {Place}: its source is {Source}, this deployment's events.source is {Ours}")]
        public static partial void Foreign(ILogger logger, string place, string source, string ours);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Dead letter: {Place} is no event ({Reason}): {Detail}")]
        public static partial void Unreadable(ILogger logger, string place, string reason, string detail);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Tried again in {Pause}: {Message}")]
        public static partial void TriedAgain(ILogger logger, TimeSpan pause, string message);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
        public static partial void Trouble(ILogger logger, string trouble);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
        public static partial void Fenced(ILogger logger, string reason);
    }
}
