// SPDX-License-Identifier: Apache-2.0
using Iot.Device.Graphics;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>
/// The bindings make an image to clear a display with, and leave to others how. These images hold pixels and do no more.
/// </summary>
internal sealed class BlankImages : IImageFactory
{
    public BitmapImage CreateBitmap(int width, int height, PixelFormat pixelFormat) => new BlankImage(width, height, pixelFormat);

    public BitmapImage CreateFromStream(Stream file) => throw new NotSupportedException("no image files here");
}
