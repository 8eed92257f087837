// SPDX-License-Identifier: Apache-2.0
using System.Device.Spi;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>An SPI device that answers what a test says.</summary>
internal sealed class SoftSpi(SpiConnectionSettings settings, Func<byte[], byte[]> answer) : SpiDevice
{
    public override SpiConnectionSettings ConnectionSettings => settings;

    public override void Read(Span<byte> buffer) => answer(new byte[buffer.Length]).CopyTo(buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => answer(buffer.ToArray());

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
        answer(writeBuffer.ToArray()).CopyTo(readBuffer);
}
