package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/// Whatever the bytes of a request are: no exception, and nothing outside the directory is touched.
class HostileRequestTest {
  private static final String[] NAMES = {
    "a", "b", "d", "..", ".", "", "/etc/passwd", "../secret", "link", "up", "x/y", "d/../.."
  };

  private Path outside;
  private MockKernel kernel;

  @BeforeProperty
  void mount() throws IOException {
    outside = Files.createTempDirectory("hostile");
    Path directory = Files.createDirectory(outside.resolve("shared"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.writeString(directory.resolve("a"), "a");
    Files.createDirectory(directory.resolve("d"));
    Files.createSymbolicLink(directory.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(directory.resolve("up"), Path.of(".."));
    kernel = MockKernel.mount(directory);
    for (String name : List.of("a", "d", "link", "up")) {
      kernel.lookup(FileSystem.ROOT, name);
    }
  }

  @AfterProperty
  void unmount() throws IOException {
    kernel.close();
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 2000)
  void anyBytes(@ForAll byte[] bytes) throws IOException {
    kernel.raw(bytes, 4096);
    assertOutsideIsAsItWas();
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void nearlyRightRequests(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    int opcode = random.nextInt(55);
    if (opcode == FuseOpcode.FUSE_DESTROY || opcode == FuseOpcode.FUSE_SETLKW) {
      return; // The one ends the session, the other may wait: LocksTest has them.
    }
    Object[] arguments = new Object[random.nextInt(10)];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(8);
            case 2 -> (long) random.nextInt(8);
            case 3 -> random.nextLong();
            default -> NAMES[random.nextInt(NAMES.length)];
          };
    }
    MockKernel.Message message =
        kernel.message(opcode, random.nextInt(8), random.nextLong(), arguments);
    byte[] bytes = new byte[(int) Segments.byteSize(message.request())];
    Segments.copy(message.request(), 0, java.lang.foreign.MemorySegment.ofArray(bytes));
    if (random.nextInt(3) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    if (random.nextInt(3) == 0) {
      bytes[36] = (byte) random.nextInt(3);
    }
    kernel.raw(bytes, random.nextInt(3) == 0 ? random.nextInt(40) : 5000);
    assertOutsideIsAsItWas();
  }

  private void assertOutsideIsAsItWas() throws IOException {
    assertThat(outside.toFile().list()).containsExactlyInAnyOrder("shared", "secret");
    assertThat(outside.resolve("secret")).hasContent("secret");
    assertThat((int) Files.getAttribute(outside.resolve("secret"), "unix:nlink")).isEqualTo(1);
  }
}
