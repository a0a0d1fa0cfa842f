package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeardownTest {
  private final Teardown teardown = new Teardown();
  private final List<Integer> order = new ArrayList<>();

  @Test
  void goesBackwardsAndOnlyOnce() {
    teardown.add(() -> order.add(1));
    teardown.add(() -> order.add(2));
    teardown.close();
    teardown.close();
    assertThat(order).containsExactly(2, 1);
  }

  @Test
  void oneFailureDoesNotLeakTheRest() {
    teardown.add(() -> order.add(1));
    teardown.add(() -> {
      throw new IllegalStateException("bug");
    });
    teardown.add(() -> order.add(3));
    assertThatThrownBy(teardown::close).hasRootCauseMessage("bug");
    assertThat(order).containsExactly(3, 1);
  }
}
