// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>Who has what of a board, as a kernel keeps it: a line, address or channel is given to one at a time.</summary>
internal sealed class Claims
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <exception cref="PeripheralException">Somebody else has it.</exception>
    public IDisposable Take(string place, string owner)
    {
        lock (_lock)
        {
            if (!_owners.TryAdd(place, owner))
                throw new PeripheralException($"{owner}: {place} is in use by {_owners[place]}");
        }
        return new Claim(this, place);
    }

    private void Return(string place)
    {
        lock (_lock) _owners.Remove(place);
    }

    private sealed class Claim(Claims claims, string place) : IDisposable
    {
        private Claims? _claims = claims;

        public void Dispose() => Interlocked.Exchange(ref _claims, null)?.Return(place);
    }
}
