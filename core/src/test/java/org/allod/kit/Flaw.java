package org.allod.kit;

import java.util.List;

/// A way in which an allocator can be wrong, and the contract tests that must see it.
enum Flaw {
    /// Half of every block belongs to the next one, too.
    OVERLAPS("everySmallSizeAtEveryAlignment", "liveBlocksNeverOverlap", "everySizeToEverySize"),
    /// No alignment above 16.
    MISALIGNS(
            "everySmallSizeAtEveryAlignment",
            "sizesAroundPowersOfTwoAtEveryAlignment",
            "alignmentsAboveThePageSize",
            "resizingKeepsTheAlignment",
            "anOddRegionBase"),
    /// One address for all empty blocks.
    SHARES_EMPTY_BLOCKS("sizeZeroIsABlockOfItsOwn"),
    /// Zeroed is what happens to be there.
    FORGETS_ZEROING("zeroedOnRecycledMemory"),
    /// Resizing moves, but does not copy.
    LOSES_CONTENTS("everySizeToEverySize", "resizeByAddressAlone", "threadsWithTransfers"),
    /// Resizing NULL answers NULL.
    RESIZES_NO_NULL("resizingNothingAllocates"),
    /// C's rule: resizing to 0 frees.
    FREES_AT_ZERO("resizingToZeroKeepsABlock"),
    /// A resize that finds no room has freed the block before.
    FREES_BEFORE_RESIZING("aFailedResizeLeavesTheBlockWhole"),
    /// A negative size wraps to a small one.
    WRAPS_SIZES("sizesThatCannotBe"),
    /// 3 is as good an alignment as 4.
    TAKES_ANY_ALIGNMENT("whatIsNoPowerOfTwoIsNoAlignment"),
    /// Freeing NULL is an error.
    REFUSES_NULL("freeingNothingDoesNothing"),
    /// Every address is its own.
    OWNS_ALL("foreignAddresses", "whatIsHandedOutIsOwned"),
    /// Every call but the first close works on.
    WORKS_AFTER_CLOSE("everyCallAfterCloseIsRefused", "mallocCallsAfterCloseAreRefused"),
    /// Close forgets the region.
    KEEPS_THE_REGION("closeGivesTheRegionBack"),
    /// "too small" and no more.
    SPEAKS_IN_RIDDLES("aRegionTooSmallIsRefusedWithBothSizes"),
    /// Counters are static.
    SHARES_COUNTERS("twoHeapsAreIndependent"),
    /// Each tenth block is lost when it is freed.
    LEAKS(
            "aHeapCanBeFilledAgain",
            "allFreedIsOneBlockAgain",
            "constantWorkHasAConstantFootprint",
            "walkAndCountersAgreeWithTheLiveBlocks",
            "freedInOrderOfAddress",
            "freedInReverseOrder",
            "freedInShuffledOrder",
            "freedOddOnesFirst",
            "freeByAddressAlone",
            "threadsThatEndLeaveNothingBehind",
            "randomCallsInAReservedRegion",
            "randomCallsInASmallOddRegion"),
    /// Where the limit stands in the way, it is raised.
    RAISES_THE_LIMIT("everyPageRefusedInTurn", "aLimitHoldsAndCanBeRaised"),
    /// Writes behind the block's end.
    OVERRUNS("anOddRegionBase"),
    /// Counts one granted byte a block.
    COUNTS_WRONG("walkAndCountersAgreeWithTheLiveBlocks"),
    /// Shows no free pieces.
    WALKS_WITH_GAPS("walkAndCountersAgreeWithTheLiveBlocks", "anOddRegionBase"),
    /// Trim says a page more than it gave back.
    TRIM_LIES("trimGivesPagesBackAndKeepsContents", "randomCallsInAReservedRegion", "keptTraces"),
    /// Trim takes pages of live blocks.
    TRIM_BITES("trimGivesPagesBackAndKeepsContents"),
    /// Trim does nothing.
    TRIM_SLEEPS("trimGivesPagesBackAndKeepsContents"),
    /// Frees of what is no live block are accepted in silence.
    SEES_NO_WRONG_FREE(
            "foreignAddresses",
            "freedTwiceAtOnce",
            "freedTwiceAmongFreeNeighbours",
            "freedInside",
            "addressesFromOutsideAreNoBlocks"),
    /// A resize of what is no live block allocates.
    SEES_NO_WRONG_RESIZE("foreignAddresses", "resizedAfterFree"),
    /// The size given to a free is not looked at.
    SEES_NO_WRONG_SIZE("freedWithAnotherSize", "aSizeAboveTheUsableIsSeen"),
    /// Promises 16 bytes more than there are.
    USABLE_TOO_MUCH("usableIsAtLeastWhatWasAskedFor"),
    /// The alignment given to a free must be the block's.
    INSISTS_ON_ALIGNMENT("alignmentIsIgnoredInDeallocate"),
    /// Says that any thread may call.
    PRETENDS_TO_BE_SAFE("threadsWithTransfers");

    private final List<String> seenBy;

    Flaw(String... seenBy) {
        this.seenBy = List.of(seenBy);
    }

    /// Names of the contract tests that must fail.
    List<String> seenBy() {
        return seenBy;
    }
}
