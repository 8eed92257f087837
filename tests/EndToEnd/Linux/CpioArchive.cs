// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>An archive of the form that a kernel unpacks as its initial file system.</summary>
/// <remarks>Linux, Documentation/driver-api/early-userspace/buffer-format: magic 070701, thirteen numbers, the name, the content.</remarks>
internal sealed class CpioArchive
{
    private const int Folder = 0x4000, File = 0x8000, Link = 0xA000;
    private readonly MemoryStream _bytes = new();
    private int _inode = 1;

    public void AddFolder(string name) => Add(name, Folder | 0x1ED, []);

    public void AddFile(string name, byte[] content, bool isExecutable = false) => Add(name, File | (isExecutable ? 0x1ED : 0x1A4), content);

    public void AddLink(string name, string to) => Add(name, Link | 0x1FF, Encoding.ASCII.GetBytes(to));

    public byte[] ToArray()
    {
        Add("TRAILER!!!", 0, []);
        return _bytes.ToArray();
    }

    private void Add(string name, int mode, byte[] content)
    {
        int[] numbers = [_inode++, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length + 1, 0];
        Write("070701" + string.Concat(numbers.Select(number => number.ToString("x8", CultureInfo.InvariantCulture))) + name + "\0");
        Pad();
        _bytes.Write(content);
        Pad();
    }

    private void Write(string text) => _bytes.Write(Encoding.ASCII.GetBytes(text));

    private void Pad()
    {
        while (_bytes.Length % 4 != 0) _bytes.WriteByte(0);
    }
}
