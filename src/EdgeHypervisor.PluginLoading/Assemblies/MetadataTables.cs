// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection;

namespace EdgeHypervisor.PluginLoading;

/// <summary>The tables of an assembly's metadata (ECMA-335 II.22 and II.24), read as far as the one of its references.</summary>
internal readonly ref struct MetadataTables
{
    private const uint Signature = 0x424A5342;
    private const int Module = 0x00, TypeRef = 0x01, TypeDef = 0x02, Field = 0x04, MethodDef = 0x06, Param = 0x08, InterfaceImpl = 0x09, MemberRef = 0x0A,
        Constant = 0x0B, CustomAttribute = 0x0C, FieldMarshal = 0x0D, DeclSecurity = 0x0E, ClassLayout = 0x0F, FieldLayout = 0x10, StandAloneSig = 0x11,
        EventMap = 0x12, Event = 0x14, PropertyMap = 0x15, Property = 0x17, MethodSemantics = 0x18, MethodImpl = 0x19, ModuleRef = 0x1A, TypeSpec = 0x1B,
        ImplMap = 0x1C, FieldRva = 0x1D, Assembly = 0x20, AssemblyProcessor = 0x21, AssemblyOS = 0x22, AssemblyRef = 0x23, File = 0x26,
        ExportedType = 0x27, ManifestResource = 0x28, GenericParam = 0x2A, MethodSpec = 0x2B, GenericParamConstraint = 0x2C;

    private readonly CheckedBytes _tables;
    private readonly CheckedBytes _strings;
    private readonly uint[] _rows = new uint[64];
    private readonly long _first;
    private readonly int _string, _guid, _blob;

    /// <exception cref="BadImageFormatException">It is no metadata.</exception>
    public MetadataTables(ReadOnlySpan<byte> metadata)
    {
        var root = new CheckedBytes(metadata);
        if (root.UInt32(0) != Signature) throw new BadImageFormatException("it has no metadata");
        _tables = FindStream(root, "#~");
        _strings = FindStream(root, "#Strings");
        var heaps = _tables.UInt8(6);
        _string = (heaps & 1) != 0 ? 4 : 2;
        _guid = (heaps & 2) != 0 ? 4 : 2;
        _blob = (heaps & 4) != 0 ? 4 : 2;
        _first = 24;
        for (var present = _tables.UInt64(8); present != 0; present &= present - 1, _first += sizeof(uint))
            _rows[BitOperations.TrailingZeroCount(present)] = _tables.UInt32(_first);
    }

    /// <summary>The assemblies that this one refers to, by name and version.</summary>
    /// <exception cref="BadImageFormatException">The tables or their names are not whole.</exception>
    public AssemblyName[] ReadAssemblyReferences()
    {
        var row = _first;
        for (var table = Module; table < AssemblyRef; table++)
        {
            if (_rows[table] > 0) row += _rows[table] * (long)RowBytes(table);
        }
        var rowBytes = RowBytes(AssemblyRef);
        _ = _tables.Slice(row, _rows[AssemblyRef] * (long)rowBytes);
        var references = new AssemblyName[_rows[AssemblyRef]];
        for (var i = 0; i < references.Length; i++, row += rowBytes) references[i] = ReadAssemblyReference(row);
        return references;
    }

    private AssemblyName ReadAssemblyReference(long row) => new()
    {
        Name = _strings.Text(ReadIndex(row + 12 + _blob, _string)),
        Version = new Version(_tables.UInt16(row), _tables.UInt16(row + 2), _tables.UInt16(row + 4), _tables.UInt16(row + 6)),
    };

    private uint ReadIndex(long offset, int bytes) => bytes == 2 ? _tables.UInt16(offset) : _tables.UInt32(offset);

    // The columns of each table up to the references (II.22).
    private int RowBytes(int table) => table switch
    {
        Module => 2 + _string + (3 * _guid),
        TypeRef => IndexOfOne(2, Module, ModuleRef, AssemblyRef, TypeRef) + (2 * _string),
        TypeDef => 4 + (2 * _string) + TypeDefOrRef() + Index(Field) + Index(MethodDef),
        Field => 2 + _string + _blob,
        MethodDef => 8 + _string + _blob + Index(Param),
        Param => 4 + _string,
        InterfaceImpl => Index(TypeDef) + TypeDefOrRef(),
        MemberRef => IndexOfOne(3, TypeDef, TypeRef, ModuleRef, MethodDef, TypeSpec) + _string + _blob,
        Constant => 2 + IndexOfOne(2, Field, Param, Property) + _blob,
        CustomAttribute => HasCustomAttribute() + IndexOfOne(3, MethodDef, MemberRef) + _blob,
        FieldMarshal => IndexOfOne(1, Field, Param) + _blob,
        DeclSecurity => 2 + IndexOfOne(2, TypeDef, MethodDef, Assembly) + _blob,
        ClassLayout => 6 + Index(TypeDef),
        FieldLayout => 4 + Index(Field),
        StandAloneSig => _blob,
        EventMap => Index(TypeDef) + Index(Event),
        Event => 2 + _string + TypeDefOrRef(),
        PropertyMap => Index(TypeDef) + Index(Property),
        Property => 2 + _string + _blob,
        MethodSemantics => 2 + Index(MethodDef) + IndexOfOne(1, Event, Property),
        MethodImpl => Index(TypeDef) + (2 * IndexOfOne(1, MethodDef, MemberRef)),
        ModuleRef => _string,
        TypeSpec => _blob,
        ImplMap => 2 + IndexOfOne(1, Field, MethodDef) + _string + Index(ModuleRef),
        FieldRva => 4 + Index(Field),
        Assembly => 16 + _blob + (2 * _string),
        AssemblyProcessor => 4,
        AssemblyOS => 12,
        AssemblyRef => 12 + (2 * _blob) + (2 * _string),
        _ => throw new BadImageFormatException($"its metadata has a table {table}, which is not known"),
    };

    private int TypeDefOrRef() => IndexOfOne(2, TypeDef, TypeRef, TypeSpec);

    private int HasCustomAttribute() => IndexOfOne(
        5, MethodDef, Field, TypeRef, TypeDef, Param, InterfaceImpl, MemberRef, Module, DeclSecurity, Property, Event, StandAloneSig, ModuleRef, TypeSpec,
        Assembly, AssemblyRef, File, ExportedType, ManifestResource, GenericParam, GenericParamConstraint, MethodSpec);

    private int Index(int table) => _rows[table] <= ushort.MaxValue ? 2 : 4;

    // An index into one of several tables says in its lowest bits into which (II.24.2.6).
    private int IndexOfOne(int tagBits, params ReadOnlySpan<int> tables)
    {
        foreach (var table in tables)
        {
            if (_rows[table] > ushort.MaxValue >> tagBits) return 4;
        }
        return 2;
    }

    private static CheckedBytes FindStream(CheckedBytes root, string name)
    {
        var header = 16L + root.UInt32(12);
        var count = root.UInt16(header + 2);
        for (header += 4; count > 0; count--)
        {
            var found = root.Text(header + 8);
            if (found == name) return root.Slice(root.UInt32(header), root.UInt32(header + 4));
            header += 8 + ((found.Length + sizeof(uint)) & -sizeof(uint)); // its zero, and up to three more
        }
        throw new BadImageFormatException($"its metadata has no {name}");
    }
}
