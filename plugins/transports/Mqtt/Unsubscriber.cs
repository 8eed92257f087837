// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Ends a subscription, once.</summary>
internal sealed class Unsubscriber(Func<ValueTask> unsubscribe) : IAsyncDisposable
{
    private Func<ValueTask>? _unsubscribe = unsubscribe;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _unsubscribe, null)?.Invoke() ?? ValueTask.CompletedTask;
}
