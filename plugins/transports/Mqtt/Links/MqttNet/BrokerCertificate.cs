// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Decides whether a broker is who it says.</summary>
internal static class BrokerCertificate
{
    /// <summary>By the operating system's authorities, or by ours alone where some are given.</summary>
    public static bool IsTrusted(X509Certificate certificate, SslPolicyErrors errors, X509Certificate2Collection? authorities)
    {
        if (authorities is null) return errors == SslPolicyErrors.None;
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var copy = new X509Certificate2(certificate);
        return chain.Build(copy);
    }
}
