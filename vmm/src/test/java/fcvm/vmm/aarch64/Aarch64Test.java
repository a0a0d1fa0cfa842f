package fcvm.vmm.aarch64;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Mapping;
import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import fcvm.vmm.BootException;
import fcvm.vmm.BootPlan;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Aarch64Test {
  private static final long MIB = 1 << 20;
  private static final long DRAM = 0x8000_0000L;

  private final Aarch64 architecture = new Aarch64();

  @TempDir Path dir;

  private static ByteBuffer image(int fileSize, long textOffset, long imageSize) {
    return ByteBuffer.allocate(fileSize)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(8, textOffset)
        .putLong(16, imageSize)
        .putInt(56, 0x644d5241);
  }

  private void load(Path kernel, @Nullable Path initrd, long bytes, Mapping memory)
      throws BootException {
    load(kernel, initrd, bytes, memory, Nesting.OFF);
  }

  private void load(Path kernel, @Nullable Path initrd, long bytes, Mapping memory, Nesting nesting)
      throws BootException {
    List<AddressRange> ranges = architecture.memoryRanges(bytes);
    GuestMemory guest = new GuestMemory(List.of(new GuestMemory.Region(DRAM, memory.segment())));
    architecture.load(new BootPlan(kernel, initrd, "quiet", ranges, 2, nesting, 1, false), guest);
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(dir.resolve(name), bytes);
  }

  @Test
  void putsKernelInitrdAndTreeInTheirPlaces() throws Exception {
    byte[] kernel = image(5000, 0x1000, 9000).array();
    kernel[4999] = 0x77;
    Path initrd = file("initrd", "initrd".getBytes(US_ASCII));
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      load(file("kernel", kernel), initrd, 16 * MIB, memory);
      GuestMemory guest = new GuestMemory(List.of(new GuestMemory.Region(DRAM, memory.segment())));
      assertThat(guest.getByte(DRAM + 2 * MIB + 0x1000 + 4999)).isEqualTo((byte) 0x77);
      long fdt = DRAM + 14 * MIB;
      assertThat(guest.getInt(fdt)).isEqualTo(Integer.reverseBytes(0xd00dfeed));
      assertThat(guest.getBytes(fdt - 4096, 6)).isEqualTo("initrd".getBytes(US_ASCII));
    }
  }

  @ParameterizedTest
  @CsvSource({"OFF, hvc, 4", "VHE, smc, 5", "NVHE, smc, 5"})
  void aGuestWithAnEl2CallsFirmwareAndHasATimerMore(Nesting nesting, String method, int timers)
      throws Exception {
    Path kernel = file("kernel", image(64, 0, 64).array());
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      load(kernel, null, 16 * MIB, memory, nesting);
      byte[] tree =
          memory.segment().asSlice(14 * MIB).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
      String text = new String(tree, ISO_8859_1);
      assertThat(text).contains("arm,psci-0.2").contains(method + "\0");
      // A property is its length, the offset of its name, and its cells.
      int first = text.indexOf("\0\0\0\1\0\0\0\15\0\0\0\4");
      assertThat(ByteBuffer.wrap(tree).getInt(first - 8)).isEqualTo(timers * 12);
    }
  }

  @Test
  void memoryIsOnePieceUpToTheAddressSpacesEnd() throws Exception {
    assertThat(architecture.memoryRanges(MIB)).containsExactly(new AddressRange(DRAM, MIB));
    assertThat(architecture.memoryRanges(8L << 30))
        .containsExactly(new AddressRange(DRAM, 8L << 30));
    assertThatThrownBy(() -> architecture.memoryRanges(1L << 40))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("at most");
  }

  @Test
  void saysHowMuchMemoryIsNeeded() throws Exception {
    Path kernel = file("kernel", image(64, 0, 20 * MIB).array());
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      assertThatThrownBy(() -> load(kernel, null, 16 * MIB, memory))
          .isInstanceOf(BootException.class)
          .hasMessageContaining("needs at least 24 MiB")
          .hasMessageContaining("the microVM has 16 MiB");
      assertThatThrownBy(() -> load(kernel, null, MIB, memory))
          .isInstanceOf(BootException.class)
          .hasMessageContaining("the microVM has 1 MiB");
    }
    try (Mapping memory = Mapping.anonymous(24 * MIB)) {
      load(kernel, null, 24 * MIB, memory);
    }
  }

  @Test
  void namesTheFileThatIsMissingOrWrong() throws Exception {
    Path good = file("good", image(64, 0, 64).array());
    Path none = dir.resolve("none");
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      assertThatThrownBy(() -> load(none, null, 16 * MIB, memory))
          .hasMessage("kernel " + none + " does not exist");
      assertThatThrownBy(() -> load(good, none, 16 * MIB, memory))
          .hasMessage("initrd " + none + " does not exist");
      assertThatThrownBy(() -> load(dir, null, 16 * MIB, memory))
          .hasMessage("kernel " + dir + " is not a regular file");
      Path empty = file("empty", new byte[0]);
      assertThatThrownBy(() -> load(empty, null, 16 * MIB, memory))
          .hasMessage("kernel " + empty + " is empty");
      Path elf = file("elf", ("\177ELF" + " ".repeat(60)).getBytes(US_ASCII));
      assertThatThrownBy(() -> load(elf, null, 16 * MIB, memory)).hasMessageContaining("ELF");
      Path truncated = file("truncated", image(5000, 0, 4000).array());
      assertThatThrownBy(() -> load(truncated, null, 16 * MIB, memory))
          .hasMessageContaining("corrupt header");
    }
  }

  @Property(tries = 200)
  void anyBytesAreAKernelOrABootException(
      @ForAll @Size(max = 200) byte[] bytes, @ForAll boolean withMagic) throws Exception {
    if (withMagic && bytes.length >= 60) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(56, 0x644d5241);
    }
    Path kernel = Files.createTempFile("kernel", null);
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      Files.write(kernel, bytes);
      load(kernel, null, 16 * MIB, memory);
    } catch (BootException e) {
      assertThat(e).hasMessageContaining("kernel " + kernel);
    } finally {
      Files.delete(kernel);
    }
  }

  @Property
  void anyHeaderFieldsAreAKernelOrABootException(
      @ForAll long textOffset, @ForAll long imageSize, @ForAll long flags) throws Exception {
    Path kernel = Files.createTempFile("kernel", null);
    try (Mapping memory = Mapping.anonymous(16 * MIB)) {
      Files.write(kernel, image(64, textOffset, imageSize).putLong(24, flags).array());
      load(kernel, null, 16 * MIB, memory);
    } catch (BootException e) {
      assertThat(e).hasMessageContaining("kernel " + kernel);
    } finally {
      Files.delete(kernel);
    }
  }
}
