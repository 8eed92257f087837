// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The message that cancels a job, on <c>edgehypervisor/1/BOARD/command/cancel</c>: <c>{"job":"…"}</c>.</summary>
/// <param name="Job">The job's id.</param>
public sealed record CancelCommand(string Job)
{
    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static CancelCommand Parse(ReadOnlyMemory<byte> payload) =>
        new(CommandFields.Parse(payload, 4096, "job", "token", "by").RequiredText("job", 128));

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => new JobCommand(Job).ToJson();
}
