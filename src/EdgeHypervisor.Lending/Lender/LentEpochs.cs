// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Lending;

/// <summary>
/// The highest epoch under which each VM of another board has used something here, over restarts of this one: a copy that was
/// given up for dead and comes back under an older one drives nothing, even if it is the first to come.
/// </summary>
/// <remarks>A line each: the VM's id, its epoch. The longest unchanged are forgotten first.</remarks>
internal sealed class LentEpochs
{
    private const int Remembered = 1000;
    private readonly string? _file;
    private readonly Action<string> _report;
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, ulong> _epochs = new(StringComparer.Ordinal);

    /// <param name="file">Where they are kept; null: nowhere.</param>
    /// <param name="report">Takes what an operator should know, a line each.</param>
    public LentEpochs(string? file, Action<string> report)
    {
        (_file, _report) = (file, report);
        if (file is null || !File.Exists(file)) return;
        foreach (var (i, line) in File.ReadAllLines(file).Index())
        {
            if (line.Split(' ') is [var vm, var epoch] && WireName.IsValid(vm) && ulong.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _epochs[vm] = number;
            else report($"{file}:{i + 1}: not a VM's id and its epoch; left out");
        }
    }

    /// <summary>A VM is about to use something under an epoch; durable when it returns.</summary>
    /// <exception cref="FencedException">It has used something under a higher one.</exception>
    public void Enter(string vm, ulong epoch)
    {
        lock (_lock)
        {
            var highest = _epochs.GetValueOrDefault(vm);
            if (epoch < highest) throw new FencedException(vm, epoch, highest);
            if (epoch == highest) return;
            _epochs.Remove(vm);
            _epochs.Add(vm, epoch);
            if (_epochs.Count > Remembered) _epochs.RemoveAt(0);
            Save();
        }
    }

    // A disk that is full costs the memory of it over a restart, not the loan.
    private void Save()
    {
        if (_file is null) return;
        try
        {
            Medium.Create(_file, Encoding.UTF8.GetBytes(string.Concat(_epochs.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value}\n")))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report($"which epochs VMs of other boards had is not known after the next restart: {_file}: {e.Message}");
        }
    }
}
