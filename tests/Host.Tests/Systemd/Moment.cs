// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>Something that happens again and again, for a test to wait for the next time.</summary>
internal sealed class Moment
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Happen() => _next.TrySetResult();

    /// <summary>Does something and waits until the moment has come because of it.</summary>
    public async Task AfterAsync(Func<Task> act)
    {
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await act();
        await _next.Task.WaitAsync(TimeSpan.FromMinutes(4));
    }
}
