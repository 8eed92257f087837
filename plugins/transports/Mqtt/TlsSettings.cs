// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>How the connection is encrypted. The broker's certificate has to bear the name in <c>host</c>, which is also sent as SNI.</summary>
/// <param name="CaFile">PEM file with the authorities to trust; null: the operating system's.</param>
/// <param name="CertificateFile">PEM file with our own certificate; null for none.</param>
/// <param name="KeyFile">PEM file with its key.</param>
/// <param name="Insecure">Believe any certificate, whatever its name and issuer. For trying things out.</param>
internal sealed record TlsSettings(string? CaFile, string? CertificateFile, string? KeyFile, bool Insecure)
{
    /// <summary>Reads the options; null when the connection is not to be encrypted.</summary>
    public static TlsSettings? Read(ComponentOptions options)
    {
        var settings = new TlsSettings(
            FindFile(options, "caFile"),
            FindFile(options, "certificateFile"),
            FindFile(options, "keyFile"),
            options.GetBoolean("insecure", false));
        if (!options.GetBoolean("tls", settings.CaFile is not null || settings.CertificateFile is not null)) return null;
        if (settings.CertificateFile is null != settings.KeyFile is null)
            throw new OptionException(options.Owner, "keyFile", "'certificateFile' and 'keyFile' go together");
        return settings;
    }

    private static string? FindFile(ComponentOptions options, string name)
    {
        if (options.Find(name) is not { } path) return null;
        return File.Exists(path) ? path : throw new OptionException(options.Owner, name, $"there is no file {path}");
    }
}
