// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>OpenSBI with the test payload that its own build puts behind it; docs/conformance.md says how to make one.</summary>
public sealed class OpenSbiTests
{
    [FactWithPayload]
    public async Task OpenSbi_starts_its_own_test_payload_in_supervisor_mode()
    {
        var ran = await Ehv.RunAsync("run", FactWithPayloadAttribute.Payload!, "--machine", "virt-rv64", "--memory", "128Mi");
        Assert.Matches(@"Domain0 Next Mode\s*: S-mode", ran.Output);
        Assert.Contains("Test payload running", ran.Output, StringComparison.Ordinal);
        Assert.Equal(0, ran.ExitCode);
    }

    private sealed class FactWithPayloadAttribute : FactAttribute
    {
        public static string? Payload { get; } = Environment.GetEnvironmentVariable("OPENSBI_PAYLOAD");

        public FactWithPayloadAttribute()
        {
            if (!File.Exists(Payload)) Skip = "OPENSBI_PAYLOAD names no fw_payload.elf or fw_payload.bin.";
        }
    }
}
