package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.fuse.RequestFuzzer.Sent;
import fcvm.linux.ThreadCredentials;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FuzzSeedsTest {
  private static final Set<Integer> NOT_SERVED = Set.of(39, 48, 4096);

  @Test
  void areRequestsOfEveryOpcodeThatSucceed() throws IOException {
    assumeTrue(ThreadCredentials.isRoot(), "only root may do all of them");
    Set<Integer> missing = new TreeSet<>(RequestFuzzer.OPCODES);
    missing.removeAll(NOT_SERVED);
    for (Map.Entry<String, byte[]> seed : FuzzSeeds.all().entrySet()) {
      try (RequestFuzzer fuzzer = new RequestFuzzer()) {
        List<Sent> sent = fuzzer.run(seed.getValue());
        assertThat(sent).as(seed.getKey()).isNotEmpty().allMatch(request -> request.error() == 0);
        sent.forEach(request -> missing.remove(request.opcode()));
      }
    }
    assertThat(missing).as("opcodes without a seed").isEmpty();
  }
}
