package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoVectorTest {
  @TempDir Path directory;

  @Test
  void goesOnWhereACallStopped() throws IOException {
    Path path = directory.resolve("file");
    Files.write(path, new byte[] {1, 2, 3, 4, 5, 6});
    MemorySegment memory = Arena.ofAuto().allocate(16);
    IoVector vector = new IoVector(3);
    vector.set(List.of(memory.asSlice(0, 4), memory.asSlice(8, 1), memory.asSlice(9, 3)));
    try (DiskFile file = DiskFile.open(path.toString(), false)) {
      assertThat(file.byteSize()).isEqualTo(6);
      assertThat(vector.preadResult(file.fd(), 0)).isEqualTo(6);
      assertThat(vector.remaining()).isEqualTo(2);
      assertThat(vector.preadResult(file.fd(), 6)).as("end of file").isZero();
      assertThat(vector.preadResult(file.fd(), 1)).as("the last two pieces' rest").isEqualTo(2);
      assertThat(vector.remaining()).isZero();
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE))
          .startsWith(1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 2, 3);
      vector.set(List.of(memory.asSlice(0, 2)));
      assertThat(vector.pwriteResult(file.fd(), 5)).isEqualTo(2);
    }
    assertThat(Files.readAllBytes(path)).containsExactly(1, 2, 3, 4, 5, 1, 2);
  }

  @Test
  void piecesLeaveAtTheStartAndCome() throws IOException {
    Path path = directory.resolve("file");
    Files.write(path, new byte[] {1, 2, 3, 4, 5});
    MemorySegment memory = Arena.ofAuto().allocate(16);
    IoVector vector = new IoVector(3);
    vector.set(List.of(memory.asSlice(0, 2), memory.asSlice(4, 2), memory.asSlice(8, 4)));
    try (DiskFile file = DiskFile.open(path.toString(), true)) {
      assertThat(vector.preadResult(file.fd(), 2)).as("1 byte of the second piece").isEqualTo(3);
      vector.removeFirst(1);
      assertThat(vector.remaining()).as("both that are left are whole again").isEqualTo(6);
      assertThat(vector.room()).isEqualTo(1);
      vector.add(memory.asSlice(14, 2));
      assertThat(vector.preadResult(file.fd(), 0)).isEqualTo(5);
      assertThat(vector.remaining()).isEqualTo(3);
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(3, 4, 0, 0, 1, 2, 0, 0, 3, 4, 5, 0, 0, 0, 0, 0);
      vector.removeFirst(3);
      assertThat(vector.remaining()).isZero();
    }
  }
}
