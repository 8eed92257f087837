// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EdgeHypervisor.ControlApi;

/// <summary>A request's JSON body, with a known length so that the service can refuse a large one before reading it.</summary>
internal sealed class JsonContentOf<T> : ByteArrayContent
{
    public JsonContentOf(T body, JsonTypeInfo<T> type)
        : base(JsonSerializer.SerializeToUtf8Bytes(body, type)) =>
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
}
