namespace DriftWatch.Evaluation.Bench;

/// <summary>What a run of the detection benchmark is asked to do.</summary>
internal sealed record BenchRequest
{
    /// <summary>The DriftWatch that is measured.</summary>
    public string Version { get; init; } = "";

    /// <summary>Streams per cell.</summary>
    public int Streams { get; init; } = 40;

    public ulong Seed { get; init; } = 1;

    /// <summary>Calibrated streams of each law: so many that thresholds are set by, and as many others on which the rate is measured.</summary>
    public int Calibrated { get; init; } = 200;

    /// <summary>Predictions of a calibrated stream: as many as come before a drift.</summary>
    public int StableLength { get; init; } = 100_000;

    /// <summary>Repetitions of the fleet of slices (S12): five for two streams.</summary>
    public int Fleets => Quick ? 2 : Streams * 5 / 2;

    /// <summary>Experiments to run, by id (S0 to S14); empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>What the names of the streams of S14 to run have in them; null: all run.</summary>
    public string? Cell { get; init; }

    /// <summary>Folder of the flights data, for S13; null: S13 is left out.</summary>
    public string? Flights { get; init; }

    /// <summary>Whether every budget of a quick run applies: fewer cells, shorter streams.</summary>
    public bool Quick { get; init; }

    /// <summary>Whether an experiment was asked for.</summary>
    public bool Runs(string id) => Only.Count == 0 || Only.Contains(id);

    /// <summary>A minute or two: for continuous integration.</summary>
    public BenchRequest AsQuick() => this with { Quick = true, Streams = Math.Min(Streams, 8), Calibrated = Math.Min(Calibrated, 20) };

    /// <summary>The numbers of the specification: a hundred streams per cell, 250 fleets; twice as many calibrated ones.</summary>
    public BenchRequest AsFull() => this with { Streams = Math.Max(Streams, 100), Calibrated = Math.Max(Calibrated, 400) };
}
