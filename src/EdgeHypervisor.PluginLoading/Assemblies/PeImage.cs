// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>The headers of a file in the PE format (ECMA-335 II.25.2 and II.25.3): they say where in the file things lie.</summary>
internal readonly ref struct PeImage
{
    private const int Pe32Plus = 0x20B, Pe32 = 0x10B, CliDirectory = 14, DirectoryBytes = 8, SectionBytes = 40;
    private readonly CheckedBytes _bytes;
    private readonly long _optional;

    /// <param name="bytes">The file's beginning.</param>
    /// <exception cref="BadImageFormatException">It is no such file, or its headers are longer than that.</exception>
    public PeImage(ReadOnlySpan<byte> bytes)
    {
        _bytes = new CheckedBytes(bytes);
        var pe = _bytes.UInt16(0) == 'M' + ('Z' << 8) ? _bytes.UInt32(0x3C) : throw NoImage();
        if (_bytes.UInt32(pe) != 'P' + ('E' << 8)) throw NoImage();
        _optional = pe + 24;
    }

    /// <summary>Where in the file the header of .NET lies.</summary>
    /// <exception cref="BadImageFormatException">It has none.</exception>
    public long FindCliHeader()
    {
        var directories = _optional + _bytes.UInt16(_optional) switch
        {
            Pe32 => 96,
            Pe32Plus => 112,
            _ => throw NoImage(),
        };
        if (_bytes.UInt32(directories - 4) <= CliDirectory) throw NoMetadata();
        var address = _bytes.UInt32(directories + (CliDirectory * DirectoryBytes));
        return address != 0 ? OffsetOf(address) : throw NoMetadata();
    }

    /// <summary>Where in the file lies what is at this address in memory.</summary>
    /// <exception cref="BadImageFormatException">Nothing of the file is there.</exception>
    public long OffsetOf(uint address)
    {
        var sections = _optional + _bytes.UInt16(_optional - 4);
        for (var count = _bytes.UInt16(_optional - 18); count > 0; count--, sections += SectionBytes)
        {
            var into = address - (long)_bytes.UInt32(sections + 12);
            if (into >= 0 && into < _bytes.UInt32(sections + 16)) return _bytes.UInt32(sections + 20) + into;
        }
        throw NoMetadata();
    }

    private static BadImageFormatException NoImage() => new("it is not a PE file");

    private static BadImageFormatException NoMetadata() => new("it has no metadata");
}
