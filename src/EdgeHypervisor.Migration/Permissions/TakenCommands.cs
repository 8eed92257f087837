// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Migration;

/// <summary>
/// The signed commands that were taken and could still be played again, in a file that outlives the service: a line with the
/// end of its time and what was signed, in short. Thread-safe.
/// </summary>
public sealed class TakenCommands
{
    private const int Most = 10_000;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _taken = new(StringComparer.Ordinal);

    /// <summary>Those in a file, which need not exist.</summary>
    public TakenCommands(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path))
        {
            // A line that a crash cut off is of a command that was not taken.
            if (line.Split(' ') is [var until, var signed, "."] && long.TryParse(until, CultureInfo.InvariantCulture, out var seconds)) _taken[signed] = DateTimeOffset.FromUnixTimeSeconds(seconds);
        }
        Forget();
    }

    /// <summary>Whether it was taken before; from now on it was.</summary>
    /// <exception cref="FormatException">There are too many.</exception>
    public bool IsRepeated(string signed, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (_taken.ContainsKey(signed)) return true;
            if (_taken.Count >= Most) Forget();
            if (_taken.Count >= Most) throw new FormatException($"more than {Most} signed commands within {CommandSignature.LongestValidity.TotalMinutes:0} minutes");
            _taken[signed] = until;
            File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()} {signed} .\n"));
            return false;
        }
    }

    private void Forget()
    {
        var now = _time.GetUtcNow();
        foreach (var signed in _taken.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray()) _taken.Remove(signed);
        File.WriteAllLines(_path, _taken.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value.ToUnixTimeSeconds()} {entry.Key} .")));
    }
}
