package fcvm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// Decoding of exits, on plain memory.
class KvmRunTest {
  private final MemorySegment page = Arena.ofAuto().allocate(4096, 8);
  private final KvmRun run = new KvmRun(page);

  private VcpuExit exit(int reason) {
    page.set(JAVA_INT, KvmRun.EXIT_REASON, reason);
    return run.exit();
  }

  @Test
  void aSystemEventCarriesItsWords() {
    page.set(JAVA_INT, 32, 2);
    page.set(JAVA_INT, 36, 2);
    page.set(JAVA_LONG, 40, 7);
    page.set(JAVA_LONG, 48, 8);
    assertThat(exit(24))
        .isEqualTo(new VcpuExit.SystemEvent(VcpuExit.SystemEvent.Type.RESET, List.of(7L, 8L)));
  }

  @Test
  void anInternalErrorSaysWhatItMeans() {
    page.set(JAVA_INT, 32, 1);
    assertThat(exit(17))
        .isInstanceOfSatisfying(
            VcpuExit.KvmInternalError.class,
            e -> assertThat(e.reason()).isEqualTo("KVM cannot emulate an instruction"));
  }

  @Test
  void anUnknownExitIsAValue() {
    assertThat(exit(1000)).isEqualTo(new VcpuExit.Other(1000));
    assertThat(exit(35)).isEqualTo(new VcpuExit.Other(35));
  }

  @Test
  void aFailureIsExplainedWhereThePageExplainsIt() {
    assertThat(run.failure(Errno.ENOSYS)).isEqualTo(new VcpuExit.Failed(Errno.ENOSYS));
    page.set(JAVA_INT, KvmRun.EXIT_REASON, 39);
    page.set(JAVA_LONG, 40, 0x1000);
    page.set(JAVA_LONG, 48, 4096);
    assertThat(run.failure(Errno.EFAULT)).isEqualTo(new VcpuExit.MemoryFault(0, 0x1000, 4096));
  }

  @Property
  void everyReasonDecodes(
      @ForAll @IntRange(max = 60) int reason, @ForAll @Size(64) List<Byte> union) {
    for (int i = 0; i < union.size(); i++) {
      page.set(JAVA_BYTE, KvmRun.UNION + i, union.get(i));
    }
    page.set(JAVA_LONG, KvmRun.IO_DATA_OFFSET, 1024);
    page.set(JAVA_INT, KvmRun.IO_COUNT, 3);
    assertThat(exit(reason)).isNotNull();
  }
}
