package fcvm.vmm.x86_64;

import fcvm.virtio.GuestMemory;
import fcvm.vmm.BootException;
import fcvm.vmm.BootFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/// An uncompressed kernel, `vmlinux`: an ELF file whose segments say where they go. One with a note
/// for Xen is entered by PVH, one without in 64-bit mode.
final class Vmlinux {
  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int MACHINE_X86_64 = 62;

  private static final int HEADER_SIZE = 64;
  private static final int SEGMENT_SIZE = 56;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;

  private static final int NOTES_MAX = 1 << 20;
  private static final int XEN_ELFNOTE_PHYS32_ENTRY = 18;
  private static final byte[] XEN = {'X', 'e', 'n', 0};

  /// A program header.
  private record Segment(int type, long offset, long address, long fileSize, long memorySize) {}

  private final BootFile file;
  private final GuestMemory memory;
  private long end;
  private OptionalLong pvhEntry = OptionalLong.empty();

  private Vmlinux(BootFile file, GuestMemory memory) {
    this.file = file;
    this.memory = memory;
  }

  /// Whether a file starts as an ELF file does.
  static boolean matches(byte[] head) {
    return head.length >= MAGIC.length && Arrays.equals(head, 0, 4, MAGIC, 0, 4);
  }

  /// Puts the kernel's segments into memory.
  static Loaded load(BootFile file, GuestMemory memory) throws BootException {
    return new Vmlinux(file, memory).load();
  }

  private Loaded load() throws BootException {
    ByteBuffer header = read(0, HEADER_SIZE, "ELF header");
    if (header.get(4) != CLASS_64
        || header.get(5) != LITTLE_ENDIAN
        || header.getShort(18) != MACHINE_X86_64) {
      throw file.invalid("is an ELF file, but not one for x86_64");
    }
    long entry = header.getLong(24);
    long table = header.getLong(32);
    int entrySize = Short.toUnsignedInt(header.getShort(54));
    int count = Short.toUnsignedInt(header.getShort(56));
    if (entrySize != SEGMENT_SIZE || count == 0) {
      throw file.invalid(
          "has %d program headers of %d bytes: a kernel has some, of 56"
              .formatted(count, entrySize));
    }
    ByteBuffer headers = read(table, count * SEGMENT_SIZE, "program headers");
    for (int i = 0; i < count; i++) {
      take(segment(headers, i * SEGMENT_SIZE), i);
    }
    if (end == 0) {
      throw file.invalid("has nothing to load (no PT_LOAD among its program headers)");
    }
    Entry how =
        pvhEntry.isPresent()
            ? new PvhEntry(pvhEntry.getAsLong())
            : new Linux64Entry(entry, new ZeroPage());
    if (memory.slice(how.rip(), 1) == null) {
      throw file.invalid("starts at %#x, where there is no memory".formatted(how.rip()));
    }
    return new Loaded(how, end, MemoryMap.HOLE, MemoryMap.CMDLINE_SIZE - 1);
  }

  private static Segment segment(ByteBuffer headers, int at) {
    return new Segment(
        headers.getInt(at),
        headers.getLong(at + 8),
        headers.getLong(at + 24),
        headers.getLong(at + 32),
        headers.getLong(at + 40));
  }

  private void take(Segment segment, int index) throws BootException {
    if (segment.type == PT_LOAD) {
      loadSegment(segment, index);
    } else if (segment.type == PT_NOTE && pvhEntry.isEmpty()) {
      if (segment.fileSize < 0 || segment.fileSize > NOTES_MAX) {
        throw file.invalid("has notes of %#x bytes".formatted(segment.fileSize));
      }
      pvhEntry = pvhEntry(read(segment.offset, (int) segment.fileSize, "notes"));
    }
  }

  private void loadSegment(Segment segment, int index) throws BootException {
    if (segment.fileSize < 0
        || segment.memorySize < segment.fileSize
        || segment.memorySize > MemoryMap.END
        || segment.address < MemoryMap.HIGH_MEMORY
        || segment.address > MemoryMap.HOLE) {
      throw file.invalid(
          "has a bad program header %d: %#x of %#x bytes to %#x"
              .formatted(index, segment.fileSize, segment.memorySize, segment.address));
    }
    // What the file does not fill is the kernel's bss: zero, as fresh memory is.
    if (memory.slice(segment.address, segment.memorySize) == null) {
      throw doesNotFit(file, segment.address + segment.memorySize, memory);
    }
    MemorySegment target = memory.slice(segment.address, segment.fileSize);
    checkInFile(segment.offset, segment.fileSize, "segment " + index);
    if (target != null) {
      file.read(segment.offset, target);
    }
    end = Math.max(end, segment.address + segment.memorySize);
  }

  /// Notes are name size, descriptor size, type, name, descriptor; each padded to four bytes.
  private OptionalLong pvhEntry(ByteBuffer notes) throws BootException {
    while (notes.remaining() >= 12) {
      int nameSize = notes.getInt();
      int size = notes.getInt();
      int type = notes.getInt();
      if (nameSize < 0 || nameSize > notes.remaining() || size < 0 || size > notes.remaining()) {
        throw file.invalid("has a note whose sizes are wrong");
      }
      byte[] name = field(notes, nameSize);
      byte[] descriptor = field(notes, size);
      if (type == XEN_ELFNOTE_PHYS32_ENTRY && Arrays.equals(name, XEN) && size >= 4) {
        ByteBuffer value = ByteBuffer.wrap(descriptor).order(ByteOrder.LITTLE_ENDIAN);
        return OptionalLong.of(Integer.toUnsignedLong(value.getInt()));
      }
    }
    return OptionalLong.empty();
  }

  private byte[] field(ByteBuffer notes, int size) throws BootException {
    if (size > notes.remaining()) {
      throw file.invalid("has a note that reaches over the end of its notes");
    }
    byte[] field = new byte[size];
    notes.get(field);
    notes.position(Math.min(notes.limit(), (notes.position() + 3) & -4));
    return field;
  }

  private ByteBuffer read(long offset, int size, String what) throws BootException {
    checkInFile(offset, size, what);
    byte[] bytes = new byte[size];
    file.read(offset, MemorySegment.ofArray(bytes));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void checkInFile(long offset, long size, String what) throws BootException {
    if (offset < 0 || offset > file.size() || size > file.size() - offset) {
      throw file.invalid(
          "ends at byte %d, before the end of its %s (%#x bytes at %#x)"
              .formatted(file.size(), what, size, offset));
    }
  }

  static BootException doesNotFit(BootFile file, long end, GuestMemory memory) {
    return new BootException(
        "%s needs memory up to %d MiB to be unpacked, and more to run: the microVM has %d MiB"
            .formatted(file, (end >> 20) + 1, memory.byteSize() >> 20));
  }
}
