// SPDX-License-Identifier: Apache-2.0
using System.Drawing;
using Iot.Device.Graphics;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Pixels of 32 bits in memory.</summary>
internal sealed class BlankImage(int width, int height, PixelFormat format) : BitmapImage(width, height, width * sizeof(int), format)
{
    private readonly byte[] _pixels = new byte[width * height * sizeof(int)];

    public override void SetPixel(int x, int y, Color color) => BitConverter.TryWriteBytes(At(x, y), color.ToArgb());

    public override Color GetPixel(int x, int y) => Color.FromArgb(BitConverter.ToInt32(At(x, y)));

    public override Span<byte> AsByteSpan() => _pixels;

    public override void SaveToStream(Stream stream, ImageFileType format) => throw new NotSupportedException("no image files here");

    public override IGraphics GetDrawingApi() => throw new NotSupportedException("no drawing here");

    protected override void Dispose(bool disposing)
    {
    }

    private Span<byte> At(int x, int y) => _pixels.AsSpan(((y * Width) + x) * sizeof(int), sizeof(int));
}
