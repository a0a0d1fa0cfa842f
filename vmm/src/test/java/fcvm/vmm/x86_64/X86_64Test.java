package fcvm.vmm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import fcvm.vmm.BootException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Kernels into memory, on plain files and memory.
class X86_64Test {
  private static final X86_64 ARCHITECTURE = new X86_64();
  private static final int MIB = 16;

  /// Of all corrupt files: what one leaves there means nothing to the next.
  private static final GuestMemory MEMORY = KernelFile.memory(MIB);

  private static Path dir;

  @BeforeContainer
  static void makeDirectory() throws Exception {
    dir = Files.createTempDirectory("x86_64");
  }

  @AfterContainer
  static void removeDirectory() throws Exception {
    Files.deleteIfExists(dir.resolve("kernel"));
    Files.deleteIfExists(dir.resolve("initrd"));
    Files.delete(dir);
  }

  private static BootState load(byte[] kernel, GuestMemory memory) throws Exception {
    return (BootState) ARCHITECTURE.load(KernelFile.plan(dir, kernel, MIB), memory);
  }

  private static void refused(byte[] kernel, String complaint) {
    assertThatThrownBy(() -> load(kernel, KernelFile.memory(MIB)))
        .isInstanceOf(BootException.class)
        .hasMessage("kernel " + dir.resolve("kernel") + " " + complaint);
  }

  @Example
  void memoryGoesOnAboveTheHole() throws Exception {
    assertThat(ARCHITECTURE.memoryRanges(512L << 20))
        .containsExactly(new AddressRange(0, 512L << 20));
    assertThat(ARCHITECTURE.memoryRanges(5L << 30))
        .containsExactly(new AddressRange(0, 3L << 30), new AddressRange(4L << 30, 2L << 30));
    assertThatThrownBy(() -> ARCHITECTURE.memoryRanges(1L << 40))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("at most 523264 MiB do");
  }

  @Example
  void aVmlinuxWithANoteIsEnteredByPvh() throws Exception {
    GuestMemory memory = KernelFile.memory(MIB);
    BootState state = load(KernelFile.vmlinux(true), memory);
    assertThat(state.entry()).isEqualTo(new PvhEntry(KernelFile.LOAD + 8));
    assertThat(memory.getByte(KernelFile.LOAD + 15)).isEqualTo((byte) 16);
    assertThat(memory.getInt(MemoryMap.START_INFO)).isEqualTo(0x336ec578);
    assertThat(memory.getLong(MemoryMap.START_INFO + 24)).isEqualTo(MemoryMap.CMDLINE);
    assertThat(memory.getLong(MemoryMap.START_INFO + 32)).isEqualTo(MemoryMap.ACPI.gpa());
    assertThat(memory.getInt(MemoryMap.START_INFO + 48)).isEqualTo(3);
    assertThat(new String(memory.getBytes(MemoryMap.CMDLINE, 14), StandardCharsets.US_ASCII))
        .isEqualTo("console=ttyS0\0");
  }

  @Example
  void aVmlinuxWithoutANoteIsEnteredInLongMode() throws Exception {
    GuestMemory memory = KernelFile.memory(MIB);
    BootState state = load(KernelFile.vmlinux(false), memory);
    assertThat(state.entry().rip()).isEqualTo(KernelFile.LOAD + 4);
    assertThat(state.entry()).isInstanceOf(Linux64Entry.class);
    assertThat(memory.getInt(MemoryMap.ZERO_PAGE + 0x202)).isEqualTo(0x53726448);
    assertThat(memory.getLong(MemoryMap.PML4)).isEqualTo(MemoryMap.PDPT | 3);
    assertThat(memory.getLong(MemoryMap.PAGE_DIRECTORY + 8)).isEqualTo(0x20_0083);
    assertThat(memory.getLong(MemoryMap.GDT + 0x10)).as("64-bit code").isEqualTo(0xaf9b000000ffffL);
    assertThat(memory.getLong(MemoryMap.GDT + 0x18)).as("data").isEqualTo(0xcf93000000ffffL);
  }

  @Example
  void aBzImageIsEnteredBehindItsSetupSectors() throws Exception {
    GuestMemory memory = KernelFile.memory(MIB);
    byte[] initrd = new byte[5000];
    Arrays.fill(initrd, (byte) 7);
    BootState state =
        (BootState)
            ARCHITECTURE.load(
                KernelFile.plan(dir, KernelFile.bzImage(), MIB, initrd, "quiet"), memory);
    assertThat(state.entry().rip()).isEqualTo(KernelFile.LOAD + 0x200);
    assertThat(memory.getByte(KernelFile.LOAD)).isEqualTo((byte) 0x90);
    long zeroPage = MemoryMap.ZERO_PAGE;
    long at = memory.getInt(zeroPage + 0x218);
    assertThat(at).isEqualTo((MIB << 20) - 8192);
    assertThat(memory.getInt(zeroPage + 0x21c)).isEqualTo(5000);
    assertThat(memory.getByte(at + 4999)).isEqualTo((byte) 7);
    assertThat(memory.getInt(zeroPage + 0x228)).isEqualTo((int) MemoryMap.CMDLINE);
    assertThat(memory.getByte(zeroPage + 0x210)).isEqualTo((byte) 0xff);
    assertThat(memory.getLong(zeroPage + 0x70)).isEqualTo(MemoryMap.ACPI.gpa());
    assertThat(memory.getByte(zeroPage + 0x1e8)).isEqualTo((byte) 3);
    assertThat(memory.getLong(zeroPage + 0x2d0 + 40)).isEqualTo(MemoryMap.HIGH_MEMORY);
    assertThat(memory.getLong(zeroPage + 0x2d0 + 48)).isEqualTo((MIB - 1) << 20);
  }

  @Example
  void aWrongFileIsRefusedWithWhatIsWrong() throws Exception {
    refused(
        "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII),
        "is neither an ELF file (vmlinux) nor a bzImage (vmlinuz) for x86_64");
    byte[] arm = KernelFile.vmlinux(false);
    arm[18] = (byte) 183;
    refused(arm, "is an ELF file, but not one for x86_64");
    refused(
        Arrays.copyOf(KernelFile.vmlinux(false), KernelFile.CODE + 5),
        "ends at byte 4101, before the end of its segment 0 (0x40 bytes at 0x1000)");
    refused(
        Arrays.copyOf(KernelFile.vmlinux(false), 100),
        "ends at byte 100, before the end of its program headers (0x70 bytes at 0x40)");
    refused(
        Arrays.copyOf(KernelFile.bzImage(), 0x240), "ends at byte 576, inside its setup header");
    refused(
        Arrays.copyOf(KernelFile.bzImage(), 1600),
        "ends at byte 1600, before its protected-mode kernel at 1536");
    byte[] old = KernelFile.bzImage();
    old[0x206] = 4;
    refused(old, "has boot protocol 2.04: 2.12 or newer is needed");
    byte[] narrow = KernelFile.bzImage();
    narrow[0x236] = 0;
    refused(narrow, "has no 64-bit entry point (xloadflags at 0x236): it is a 32-bit kernel");
  }

  @Example
  void tooLittleMemoryIsSaid() throws Exception {
    GuestMemory memory = KernelFile.memory(1);
    assertThatThrownBy(
            () -> ARCHITECTURE.load(KernelFile.plan(dir, KernelFile.bzImage(), 1), memory))
        .isInstanceOf(BootException.class)
        .hasMessageEndingWith(
            "needs memory up to 3 MiB to be unpacked, and more to run: the microVM has 1 MiB");
    byte[] initrd = new byte[15 << 20];
    assertThatThrownBy(() ->
            ARCHITECTURE.load(
                KernelFile.plan(dir, KernelFile.bzImage(), MIB, initrd, ""),
                KernelFile.memory(MIB)))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("of 16 MiB does not fit beside the kernel, which needs 3 MiB");
    assertThatThrownBy(() ->
            ARCHITECTURE.load(
                KernelFile.plan(dir, KernelFile.bzImage(), MIB, null, "x".repeat(2048)),
                KernelFile.memory(MIB)))
        .hasMessage("the kernel command line has 2048 bytes: this kernel takes 2047");
  }

  /// Whatever bytes a file has: it is loaded, or refused with a reason.
  @Property(tries = 300)
  void aCorruptFileIsLoadedOrRefused(
      @ForAll @IntRange(max = 2) int kind,
      @ForAll @IntRange(max = 0x290) int at,
      @ForAll long junk,
      @ForAll @IntRange(min = 1, max = 8) int length)
      throws Exception {
    byte[] kernel = kind == 0 ? KernelFile.bzImage() : KernelFile.vmlinux(kind == 1);
    for (int i = 0; i < length; i++) {
      kernel[at + i] = (byte) (junk >> (8 * i));
    }
    try {
      BootState state = load(kernel, MEMORY);
      assertThat(state.entry().rip()).isBetween(0L, (long) MIB << 20);
    } catch (BootException e) {
      assertThat(e).hasMessageStartingWith("kernel " + dir.resolve("kernel") + " ");
    }
  }
}
