package fcvm.kvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
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
    MemorySegment slice = slice(field);
    switch ((int) slice.byteSize()) {
      case Byte.BYTES -> slice.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
      case Short.BYTES -> slice.set(ValueLayout.JAVA_SHORT, 0, (short) value);
      case Integer.BYTES -> slice.set(ValueLayout.JAVA_INT, 0, (int) value);
      case Long.BYTES -> slice.set(ValueLayout.JAVA_LONG, 0, value);
      default -> throw new IllegalArgumentException(field + " is no integer");
    }
    return this;
  }

  /// The field's value, zero-extended.
  ///
  /// @throws IllegalArgumentException if there is no integer field of that name
  public long get(String field) {
    MemorySegment slice = slice(field);
    return switch ((int) slice.byteSize()) {
      case Byte.BYTES -> Byte.toUnsignedLong(slice.get(ValueLayout.JAVA_BYTE, 0));
      case Short.BYTES -> Short.toUnsignedLong(slice.get(ValueLayout.JAVA_SHORT, 0));
      case Integer.BYTES -> Integer.toUnsignedLong(slice.get(ValueLayout.JAVA_INT, 0));
      case Long.BYTES -> slice.get(ValueLayout.JAVA_LONG, 0);
      default -> throw new IllegalArgumentException(field + " is no integer");
    };
  }

  /// The bytes of one field: an integer, an array, a union, or a structure within this one.
  ///
  /// @throws IllegalArgumentException if there is no field of that name
  public MemorySegment slice(String field) {
    // By hand: layout paths and switches over types cost start-up more than all of boot's fields.
    long offset = 0;
    for (MemoryLayout member : layout.memberLayouts()) {
      if (field.equals(member.name().orElse(null))) {
        return memory.asSlice(offset, member.byteSize());
      }
      offset += member.byteSize();
    }
    throw new IllegalArgumentException("no field " + field + " in " + layout);
  }

  /// All its bytes.
  public MemorySegment memory() {
    return memory;
  }
}
