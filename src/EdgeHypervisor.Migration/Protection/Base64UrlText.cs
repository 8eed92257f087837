// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;

namespace EdgeHypervisor.Migration;

/// <summary>Base64url as others write it, and so perhaps wrongly.</summary>
internal static class Base64UrlText
{
    /// <summary>Whether a text is just so many bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        try
        {
            return Base64Url.TryDecodeFromChars(text, bytes, out var length) && length == bytes.Length;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
