using System.Globalization;

namespace DriftWatch.Chaos;

/// <summary>What the harness is asked to do.</summary>
internal sealed record ChaosOptions
{
    public static readonly string Usage = string.Format(CultureInfo.InvariantCulture, """
        driftwatch-chaos [--kills N] [--seed N] [--brokers 1|3] [--instances 1|2] [--rounds N] [--minutes N] [--events all|NAME,…] [--loop] [--rate N] [--port N] [--keep] [--self-check]

          --kills N       how many kills in all, over all rounds (24)
          --seed N        decides traffic, times and kinds of kills; printed, so that a run can be had again
          --brokers N     one broker, or three with leader changes of the coordinators (1)
          --instances N   one instance, or an owner and a standby (2)
          --rounds N      parts of the run; each has its own topics, group and settings (2)
          --minutes N     after which no more is killed; fewer kills than asked for are a fault (half a minute a kill and 3 a round: no healthy run needs as much)
          --events LIST   after the kills, lets the log misbehave: all, or names with commas; --kills 0 does nothing else. They are:
                          {0}
          --loop          kills the service, driftwatch recalibrate and a subscriber that starts runs, from drift to answer: one set, one map, one answer
                          and one run for every episode; no other rounds
          --rate N        predictions per second (300)
          --port N        of the first broker (19492)
          --keep          leaves logs, topics' contents and configurations where they are, also when all went well
          --self-check    takes a record away, and puts one twice (--loop: tears files too), in what the oracle sees: it must say so
        """, string.Join("\n                  ", LogEvents.All.Select(e => $"{e.Name,-22} {e.What}")));

    public int Kills { get; init; } = 24;

    public int Seed { get; init; } = Environment.TickCount & 0xFFFFFF;

    public int Brokers { get; init; } = 1;

    public int Instances { get; init; } = 2;

    public int Rounds { get; init; } = 2;

    /// <summary>Zero: what the kills take, and more.</summary>
    public int Minutes { get; init; }

    /// <summary>When no more is killed, from the start on.</summary>
    public TimeSpan Limit => TimeSpan.FromMinutes(Minutes > 0 ? Minutes : (Kills * 0.5) + (Rounds * 3));

    /// <summary>What is done to the log, by name.</summary>
    public IReadOnlyList<LogEvent> Events { get; init; } = [];

    /// <summary>Whether it is the loop from drift to answer that is killed, and nothing else.</summary>
    public bool Loop { get; init; }

    public int Rate { get; init; } = 300;

    public int Port { get; init; } = 19492;

    public bool Keep { get; init; }

    public bool SelfCheck { get; init; }

    /// <exception cref="FormatException">An argument is not known, or lacks its number.</exception>
    public static ChaosOptions Parse(string[] arguments)
    {
        var options = new ChaosOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--kills" => options with { Kills = Number(ref i) },
                "--seed" => options with { Seed = Number(ref i) },
                "--brokers" => options with { Brokers = Number(ref i) },
                "--instances" => options with { Instances = Number(ref i) },
                "--rounds" => options with { Rounds = Math.Max(1, Number(ref i)) },
                "--minutes" => options with { Minutes = Number(ref i) },
                "--events" => options with { Events = LogEvents.Named(++i < arguments.Length ? arguments[i] : "") },
                "--rate" => options with { Rate = Math.Max(50, Number(ref i)) },
                "--port" => options with { Port = Number(ref i) },
                "--loop" => options with { Loop = true },
                "--keep" => options with { Keep = true },
                "--self-check" => options with { SelfCheck = true },
                var unknown => throw new FormatException($"{unknown}: unknown.\n{Usage}"),
            };
        }

        if (options.Brokers is not (1 or 3)) throw new FormatException("--brokers: 1 or 3.");
        return options.Instances is 1 or 2 ? options : throw new FormatException("--instances: 1 or 2.");

        int Number(ref int at)
        {
            string name = arguments[at++];
            return at < arguments.Length && int.TryParse(arguments[at], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"{name}: expected a number.");
        }
    }
}
