// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Something to be sent by the link's own thread, and the broker's answer to it.</summary>
internal abstract class MosquittoCommand
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the broker's answer.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether the broker answers at all.</summary>
    public virtual bool IsAnswered => true;

    /// <summary>Hands it to the library, which gives it an id.</summary>
    /// <returns>The library's error number.</returns>
    public abstract int Send(nint client, out int id);

    /// <summary>The broker's reason code, or a success.</summary>
    public void Answer(int reason)
    {
        if (reason < ReasonCode.FirstError)
            _done.TrySetResult();
        else
            Fail(new TransportException($"the broker refused: {ReasonCode.Describe(reason)}"));
    }

    /// <summary>There will be no answer.</summary>
    public void Fail(Exception exception)
    {
        _done.TrySetException(exception);
        // Whoever waited may be gone: that is no unobserved failure.
        _ = _done.Task.Exception;
    }
}
