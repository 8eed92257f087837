// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace EdgeHypervisor.Runtime;

/// <summary>How a trace is written, a line an event.</summary>
public interface ITraceFormat
{
    /// <summary>What a web server calls it.</summary>
    string ContentType { get; }

    /// <summary>Before the first event.</summary>
    void Begin(IBufferWriter<byte> output, long limit);

    /// <summary>An event.</summary>
    void Write(IBufferWriter<byte> output, in TraceEvent happened);

    /// <summary>Behind the last one.</summary>
    void End(IBufferWriter<byte> output, TraceSummary summary);
}
