// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What this assembly's plugins have in common.</summary>
public abstract class LinuxPlugin : IDriverPlugin, IProbe
{
    private protected LinuxPlugin()
    {
    }

    private protected abstract string Driver { get; }

    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => Create(context, LinuxKernel.Instance);

    /// <inheritdoc/>
    public ProbeResult Probe(ProbeRequest request) => Probe(request, LinuxKernel.Instance);

    internal abstract IBoardDriver Create(IDriverContext context, IKernel kernel);

    internal ProbeResult Probe(ProbeRequest request, IKernel kernel)
    {
        var host = new LinuxHost(request.Root, kernel);
        var findings = new Findings(Driver);
        Look(host, request, findings);
        return findings.ToResult(host);
    }

    private protected abstract void Look(LinuxHost host, ProbeRequest request, Findings findings);
}
