"""With which codes what people do to a case can be refused: what a scenario may expect, as its page explains it.

Part of the one description of the format, see `schema`. Decides nothing: the services refuse, and a test holds their
catalogues against this list.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.texts import Text
from shared.rules.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class RefusalMeaning:
    """What a refusal says.

    Args:
        says: of the step or other event that is refused.
        unshown: why no scenario can bring it about; None: one can, and the format's page has an example.
    """

    says: Text
    unshown: Text | None = None


REFUSED: Mapping[str, RefusalMeaning] = {
    "step-not-yours": RefusalMeaning(Text("由别人办", "is somebody else's to take")),
    "not-found": RefusalMeaning(Text("经办的人看不到该件", "is taken by somebody who cannot see the case")),
    "not-allowed": RefusalMeaning(Text("这类人员不能做", "is nothing that people of this role may do")),
    "step-not-now": RefusalMeaning(Text("前提的节点还没到", "lacks a milestone of its `after`")),
    "step-too-late": RefusalMeaning(Text("不得已的节点已到", "comes after a milestone of its `before`")),
    "step-not-yet": RefusalMeaning(
        Text("程序要求先办别的步骤", "comes before another one that the procedure asks for")
    ),
    "step-passed": RefusalMeaning(Text("程序里后面的步骤已办", "comes after a later one of the procedure")),
    "step-not-in-procedure": RefusalMeaning(Text("不属于本案的程序", "is none of the procedure's")),
    "step-needs": RefusalMeaning(Text("缺少须填的事实或期限", "lacks a fact or a due time that it needs")),
    "step-takes-not": RefusalMeaning(Text("带了不接受的内容", "brings what it does not take")),
    "step-does-not-apply": RefusalMeaning(Text("条件不成立", "has a condition (`when`) that does not hold")),
    "step-past-due": RefusalMeaning(Text("不晚于的时钟已到期", "has a `no_later_than` that is past")),
    "step-clock-not-running": RefusalMeaning(
        Text("不晚于的时钟没有在走", "has a `no_later_than` whose clock does not run")
    ),
    "step-too-early": RefusalMeaning(Text("还没到不早于的时间", "has to wait (`not_before`)")),
    "step-awaits-approval": RefusalMeaning(Text("等待批准", "waits for an approval that was asked for")),
    "request-not-pending": RefusalMeaning(Text("没有等待答复的请示", "answers a request, and none is pending")),
    "step-awaits-calendar": RefusalMeaning(
        Text("等待日历公布", "waits by a calendar that nobody has published")
    ),
    "step-awaits-decision": RefusalMeaning(
        Text("正在重新分派", "comes while routing decides anew"),
        Text("场景里两件事之间，分派总已作出", "between two events of a scenario routing has always answered"),
    ),
    "step-in-doubt": RefusalMeaning(
        Text("两套引擎结论不一", "has a condition about which the two evaluators differ"),
        Text("没有已知的条件会使两套引擎结论不一", "no condition is known about which they differ"),
    ),
    "step-unknown": RefusalMeaning(
        Text("没有这个步骤", "is none of the pack's"),
        Text("场景里写了没有的步骤，检查时就被拒（`unknown-step`）",
             "`check` refuses a scenario that names one (`unknown-step`)"),
    ),
    "due-in-the-past": RefusalMeaning(Text("新期限早于现在", "writes a due time that is past")),
    "due-too-far": RefusalMeaning(
        Text("新期限远得无法计算", "writes a due time so far off that nothing can be reckoned from it"),
        Text("规则文件里写不出这样的日子（`no-such-date`）", "no rule file can name such a day (`no-such-date`)"),
    ),
    "reason-for-postponing": RefusalMeaning(
        Text("推迟自己的期限而没有说明原因", "postpones the lead's own limit and does not say why")
    ),
    "category-not-yours": RefusalMeaning(
        Text("更正成只能由别人提出的类别", "corrects the category to one that only others may bring")
    ),
    "correction-hides": RefusalMeaning(
        Text("更正后原来看得到的人就看不到了", "corrects the case so that somebody who sees it would not any more")
    ),
    "case-ended": RefusalMeaning(Text("案件已结束", "comes after the end of the case")),
    "case-is-draft": RefusalMeaning(
        Text("上报还没有经人确认", "comes before a person has confirmed the report"),
        Text("场景里的草稿随即有人确认", "in a scenario somebody confirms a draft at once"),
    ),
    "merge-itself": RefusalMeaning(Text("并入自身", "would merge a case into itself")),
    "merge-ended": RefusalMeaning(Text("其中一件已结束", "would merge cases of which one has ended")),
    "merge-into-draft": RefusalMeaning(
        Text("并入尚待确认的上报", "would merge into what nobody has confirmed"),
        Text("场景里的草稿随即有人确认", "in a scenario somebody confirms a draft at once"),
    ),
    "merge-not-yours": RefusalMeaning(
        Text("两件都不是本单位的", "would merge two cases of which the unit holds neither")
    ),
    "merge-unlike": RefusalMeaning(Text("类别或村社不同", "would merge cases of different categories or villages")),
    "merge-loses-limit": RefusalMeaning(
        Text("并案会使时限不了了之", "would end a limit without a verdict: the other case has no such limit")
    ),
    "case-merged": RefusalMeaning(Text("案件已并入另一件", "is a word on a case that was merged into another")),
    "not-a-reporter": RefusalMeaning(Text("不是本案的反映人", "is a word of somebody who did not report the case")),
    "not-settled-yet": RefusalMeaning(Text("案件还没有办结", "is a word on a result that is not there yet")),
    "order-not-open": RefusalMeaning(Text("没有未完成的工单", "is about a work order where none is open")),
    "order-not-yours": RefusalMeaning(Text("工单是别的单位的", "is about another unit's work order")),
    "order-follows-case": RefusalMeaning(
        Text("牵头的工单随案件", "is the lead's own work order, which ends with the case")
    ),
    "order-accepted-already": RefusalMeaning(Text("工单已经接了", "accepts a work order a second time")),
}  # fmt: skip

# Codes are the same in both languages.
REFUSALS = Words({code: code for code in REFUSED})
