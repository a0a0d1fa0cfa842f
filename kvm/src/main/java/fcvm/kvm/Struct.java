package fcvm.kvm;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// A C structure in memory, its fields by the kernel's names. For setting up, not for hot paths.
public final class Struct {
  private final StructLayout layout;
  private final MemorySegment memory;

  private Struct(StructLayout layout, MemorySegment memory) {
    this.layout = layout;
    this.memory = memory;
  }

  /// A structure of zeroes.
  public static Struct allocate(StructLayout layout, Arena arena) {
    return new Struct(layout, arena.allocate(layout));
  }

  /// The structure at the start of `memory`.
  public static Struct at(StructLayout layout, MemorySegment memory) {
    return new Struct(layout, memory.asSlice(0, layout.byteSize()));
  }

  /// Stores the low bits of `value` that the field has.
  ///
  /// @throws IllegalArgumentException if there is no integer field of that name
  public Struct set(String field, long value) {
    long offset = layout.byteOffset(groupElement(field));
    switch (layout.select(groupElement(field))) {
      case ValueLayout.OfByte type -> memory.set(type, offset, (byte) value);
      case ValueLayout.OfShort type -> memory.set(type, offset, (short) value);
      case ValueLayout.OfInt type -> memory.set(type, offset, (int) value);
      case ValueLayout.OfLong type -> memory.set(type, offset, value);
      default -> throw new IllegalArgumentException(field + " is no integer");
    }
    return this;
  }

  /// The field's value, zero-extended.
  ///
  /// @throws IllegalArgumentException if there is no integer field of that name
  public long get(String field) {
    long offset = layout.byteOffset(groupElement(field));
    return switch (layout.select(groupElement(field))) {
      case ValueLayout.OfByte type -> Byte.toUnsignedLong(memory.get(type, offset));
      case ValueLayout.OfShort type -> Short.toUnsignedLong(memory.get(type, offset));
      case ValueLayout.OfInt type -> Integer.toUnsignedLong(memory.get(type, offset));
      case ValueLayout.OfLong type -> memory.get(type, offset);
      default -> throw new IllegalArgumentException(field + " is no integer");
    };
  }

  /// The bytes of one field: an array, a union, or a structure within this one.
  public MemorySegment slice(String field) {
    return memory.asSlice(
        layout.byteOffset(groupElement(field)), layout.select(groupElement(field)).byteSize());
  }

  /// All its bytes.
  public MemorySegment memory() {
    return memory;
  }
}
