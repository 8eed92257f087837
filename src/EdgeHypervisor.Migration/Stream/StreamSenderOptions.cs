// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How a data stream is sent.</summary>
/// <param name="Publish">Hands a frame to the transport; swallows the transport's failures, since frames may be lost anyway.</param>
/// <param name="WindowBytes">Bytes that may be under way.</param>
/// <param name="WindowMessages">Frames that may be under way.</param>
internal sealed record StreamSenderOptions(Func<byte[], Task> Publish, int WindowBytes, int WindowMessages);
