// SPDX-License-Identifier: Apache-2.0
namespace TestPlugins;

/// <summary>Something that a plugin brings along beside it.</summary>
public static class Greeting
{
    public static string From(string who) => $"hello from {who}";
}
