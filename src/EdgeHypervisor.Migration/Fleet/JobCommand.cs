// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A question about one job of the board that it is sent to, or about all: <c>command/jobs</c>: <c>{"job":"…"}</c> or <c>{}</c>.</summary>
/// <param name="Job">The job's id; empty: all.</param>
public sealed record JobCommand(string Job = "")
{
    /// <summary>Reads a command.</summary>
    /// <exception cref="FormatException">It is none; names the field and what is expected.</exception>
    public static JobCommand Parse(ReadOnlyMemory<byte> payload) =>
        new(CommandFields.Parse(payload, 4096, "job", "token", "by").Text("job", 128) ?? "");

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => CommandFields.Write(json =>
    {
        if (Job.Length > 0) json.WriteString("job", Job);
    });
}
