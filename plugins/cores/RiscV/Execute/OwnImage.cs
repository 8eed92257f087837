// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Where the kernel has mapped this assembly's file. proc_pid_maps(5).</summary>
internal static class OwnImage
{
    private static readonly List<ulong> Bounds = Find(); // of executable pieces, from and to in turn

    /// <summary>Whether code lies in the file, as it was compiled ahead.</summary>
    public static bool HasCode(nint code)
    {
        for (var i = 0; i < Bounds.Count; i += 2)
        {
            if ((ulong)code >= Bounds[i] && (ulong)code < Bounds[i + 1]) return true;
        }
        return false;
    }

    // address-address perms offset device inode path
    private static List<ulong> Find()
    {
        var bounds = new List<ulong>();
        var path = typeof(OwnImage).Assembly.Location;
        if (path.Length == 0) return bounds;
        try
        {
            foreach (var line in File.ReadAllLines("/proc/self/maps"))
            {
                if (!line.EndsWith(path, StringComparison.Ordinal)) continue;
                var words = line.Split(' ', 3);
                if (words.Length < 3 || !words[1].Contains('x', StringComparison.Ordinal)) continue;
                var ends = words[0].Split('-');
                bounds.Add(ulong.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                bounds.Add(ulong.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }
        catch (IOException)
        {
            // Nothing is taken for code of ours then, which is slower and right.
        }
        return bounds;
    }
}
