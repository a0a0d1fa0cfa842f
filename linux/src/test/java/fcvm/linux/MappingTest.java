package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappingTest {
  private static final long HUGE = 2 << 20;

  @Test
  void guestMemoryIsZeroAlignedAndUsableToItsEnd() throws Exception {
    long size = 3 * HUGE + (1 << 20);
    MemorySegment memory;
    try (Mapping mapping = Mapping.guestMemory(size)) {
      memory = mapping.segment();
      assertThat(memory.byteSize()).isEqualTo(size);
      assertThat(memory.address() % HUGE).isZero();
      assertThat(memory.get(ValueLayout.JAVA_BYTE, size - 1)).isZero();
      memory.set(ValueLayout.JAVA_BYTE, size - 1, (byte) 1);
      memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      assertThat(flags(memory.address())).contains("hg");
    }
    assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThat(flags(memory.address())).doesNotContain("hg");
  }

  // VmFlags of the mapping that holds an address (proc_pid_smaps(5)); none if there is none.
  private static List<String> flags(long address) throws IOException {
    boolean found = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      int dash = line.indexOf('-');
      int space = line.indexOf(' ');
      if (dash > 0
          && dash < space
          && !line.contains(":  ")
          && Character.digit(line.charAt(0), 16) >= 0) {
        found =
            Long.parseUnsignedLong(line.substring(0, dash), 16) <= address
                && address < Long.parseUnsignedLong(line.substring(dash + 1, space), 16);
      } else if (found && line.startsWith("VmFlags:")) {
        return List.of(line.substring("VmFlags:".length()).strip().split(" "));
      }
    }
    return List.of();
  }
}
