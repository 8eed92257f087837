// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Keeps a VM below its cap: so much host time in each window of 100 ms, and what was used too much is missing from the next one.</summary>
internal struct CapAccount(int? capPercent)
{
    private const long WindowNs = 100_000_000;

    private readonly long _allowedNs = capPercent is { } percent ? WindowNs / 100 * percent : long.MaxValue;
    private long _windowStartNs;
    private long _usedNs;

    /// <summary>The host time from which it may run again, once <see cref="AllowanceNs"/> is zero or less: what it overran may take more than one window.</summary>
    public readonly long PaidAtNs => _windowStartNs + (Math.Max(1, _usedNs / _allowedNs) * WindowNs);

    /// <summary>What it may use now; zero or less: nothing in this window.</summary>
    public long AllowanceNs(long nowNs)
    {
        if (_allowedNs == long.MaxValue) return long.MaxValue;
        var windows = (nowNs - _windowStartNs) / WindowNs;
        if (windows > 0)
        {
            _usedNs = windows > _usedNs / _allowedNs ? 0 : _usedNs - windows * _allowedNs;
            _windowStartNs += windows * WindowNs;
        }
        return _allowedNs - _usedNs;
    }

    /// <summary>Notes what a turn took.</summary>
    public void Charge(long ranNs) => _usedNs += ranNs;
}
