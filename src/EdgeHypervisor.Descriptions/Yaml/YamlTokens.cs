// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace EdgeHypervisor.Descriptions.Yaml;

/// <summary>The tokens of a text, one at a time: indentation has become starts and ends of collections.</summary>
/// <remarks>
/// The library's scanner; its parser is passed by because it makes a compiled regular expression for tags, which are
/// refused here, before the first token: as much time as all else that a service reads when it starts.
/// </remarks>
internal sealed class YamlTokens
{
    private readonly Scanner _scanner;

    /// <summary>At the first token of a document, or at the end of the stream.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public YamlTokens(string text)
    {
        _scanner = new Scanner(new StringReader(text));
        Advance();
        Take<StreamStart>("the start of a text");
    }

    /// <summary>The token to look at.</summary>
    public Token Current => _scanner.Current!;

    /// <summary>Goes on to the next one.</summary>
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public void Advance()
    {
        var last = _scanner.Current?.End ?? Mark.Empty;
        try
        {
            if (!_scanner.MoveNext()) throw new YamlException(last, last, "unexpected end");
        }
        catch (Exception problem) when (problem is not YamlException)
        {
            // It answers some malformed texts with exceptions of its own making (fuzzing found InvalidOperationException on
            // "- [>\n- ---"). It holds nothing but this text, so whatever it throws means that the text is no YAML.
            throw new YamlException(last, last, "cannot be made sense of from here on", problem);
        }
        if (Current is Error error) throw new YamlException(error.Start, error.End, error.Value);
    }

    /// <summary>Goes past a token of a kind, and gives it.</summary>
    /// <exception cref="YamlException">There is another one.</exception>
    public T Take<T>(string what)
        where T : Token
    {
        if (Current is not T expected) throw new YamlException(Current.Start, Current.End, $"did not find {what}");
        if (expected is not StreamEnd) Advance();
        return expected;
    }

    /// <summary>Goes past a token if it is of a kind.</summary>
    public bool TryTake<T>()
        where T : Token
    {
        if (Current is not T) return false;
        Advance();
        return true;
    }
}
