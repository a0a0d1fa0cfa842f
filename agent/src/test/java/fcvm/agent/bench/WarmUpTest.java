package fcvm.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {
  /// How many pieces of work of one unit of time each there are.
  private static int pieces(long least, double... speeds) {
    WarmUp warmUp = new WarmUp(least);
    int done = 0;
    while (true) {
      double speed = speeds[Math.min(done, speeds.length - 1)];
      done++;
      if (!warmUp.goesOn(speed, done)) {
        return done;
      }
    }
  }

  @Test
  void itIsOnePieceIfNoTimeIsGiven() {
    assertThat(pieces(0, 1, 2, 4, 8)).isEqualTo(1);
  }

  @Test
  void itEndsWithItsTimeIfItIsNoLongerFaster() {
    assertThat(pieces(5, 7)).isEqualTo(5);
    assertThat(pieces(5, 7, 6, 7, 6, 7.3)).as("some percent are chance").isEqualTo(5);
    assertThat(pieces(5, 7, 6, 5, 4, 3)).isEqualTo(5);
  }

  @Test
  void itGoesOnWhileItGetsFaster() {
    assertThat(pieces(2, 1, 2, 3, 4, 5, 5)).as("three pieces after the fastest").isEqualTo(8);
    assertThat(pieces(2, 1, 1, 1, 1)).as("nothing to compare with before the fourth").isEqualTo(4);
  }

  @Test
  void itEndsAtLast() {
    double[] faster = new double[100];
    for (int i = 0; i < faster.length; i++) {
      faster[i] = Math.pow(2, i);
    }
    assertThat(pieces(2, faster)).isEqualTo(2 * WarmUp.MOST);
  }
}
