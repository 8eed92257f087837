// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary>How <c>ehv fleet</c> reaches the broker, and who asks.</summary>
internal static class BrokerOptions
{
    public static Option<string?> Broker { get; } = Text("--broker", "HOST[:PORT]", "The broker; without it $EHV_BROKER");

    public static Option<string?> User { get; } = Text("--user", "NAME", "The broker's user");

    public static Option<string?> PasswordFile { get; } = Text("--password-file", "FILE", "The file with the user's password");

    public static Option<string?> Authorities { get; } = Text("--ca", "FILE", "TLS: the certificate authorities to trust (PEM)");

    public static Option<string?> Certificate { get; } = Text("--cert", "FILE", "TLS: your own certificate (PEM)");

    public static Option<string?> Key { get; } = Text("--key", "FILE", "TLS: its key (PEM)");

    public static Option<string?> Operator { get; } = Text("--operator", "NAME|FILE", "Sign as this operator, whose key `ehv fleet key` made");

    public static Option<bool> AsUser { get; } = new("--as-user") { Description = "Let the broker show who asks: its user, in the topic", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [Broker, User, PasswordFile, Authorities, Certificate, Key, Operator, AsUser];

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description, Recursive = true };
}
