"""Every rule for diagrams and tables, and how to mend what breaks it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Rule(NamedTuple):
    """How to mend it, in two languages, and whether it only warns."""

    mend: str
    mend_vi: str
    is_warning: bool = False


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        # Files and names
        "unreadable": Rule(
            "Export the file again as plain BPMN 2.0 or DMN 1.3 XML in UTF-8, without a DTD.",
            "Xuất lại tệp dưới dạng XML BPMN 2.0 hoặc DMN 1.3, mã UTF-8, không có DTD.",
        ),
        "not_a_diagram": Rule(
            "Keep one process in each .bpmn file and one decision in each .dmn file.",
            "Mỗi tệp .bpmn chứa đúng một quy trình, mỗi tệp .dmn đúng một bảng quyết định.",
        ),
        "name_differs": Rule(
            "Give the process or decision the id that the file name has.",
            "Đặt mã của quy trình hoặc bảng quyết định trùng với tên tệp.",
        ),
        "not_executable": Rule(
            "Tick 'executable' in the properties of the process.",
            "Đánh dấu quy trình là thực thi được.",
        ),
        "several_tops": Rule(
            "Call every process but one from another one.",
            "Chỉ một quy trình ở trên cùng; các quy trình khác phải được gọi.",
        ),
        "not_parsed": Rule(
            "Redraw the element with the parts that the other diagrams use.",
            "Vẽ lại phần tử bằng các loại mà những sơ đồ khác đang dùng.",
        ),
        "duplicate_id": Rule(
            "Give each element an id of its own.", "Đặt cho mỗi phần tử một mã riêng."
        ),
        "missing_id": Rule("Give the element an id.", "Đặt mã cho phần tử."),
        # Elements and what they refer to
        "unsupported_element": Rule(
            "Use user tasks, service tasks, rule tasks, one-line scripts, call activities, "
            "sub-processes, exclusive and parallel gateways.",
            "Chỉ dùng việc của người, việc của máy, bảng quyết định, lệnh một dòng, gọi quy "
            "trình, quy trình con, cổng loại trừ và cổng song song.",
        ),
        "event_subprocess": Rule(
            "Put an event on the border of a sub-process instead: an event sub-process does "
            "not interrupt.",
            "Đặt sự kiện trên viền của quy trình con: quy trình con sự kiện không ngắt được.",
        ),
        "unsupported_event": Rule(
            "Use a message or timer to wait, an error or escalation to leave a sub-process, "
            "and plain or terminating end events.",
            "Dùng thông điệp hoặc hẹn giờ để chờ, lỗi hoặc leo thang để rời quy trình con, và "
            "sự kiện kết thúc thường hoặc dừng hẳn.",
        ),
        "several_triggers": Rule(
            "Leave one trigger on the event.", "Chỉ để lại một yếu tố kích hoạt cho sự kiện."
        ),
        "missing_trigger": Rule(
            "Say what the event waits for: a message or a timer.",
            "Nêu sự kiện chờ gì: thông điệp hay hẹn giờ.",
        ),
        "missing_reference": Rule(
            "Choose the message, error or escalation of the event.",
            "Chọn thông điệp, lỗi hoặc leo thang của sự kiện.",
        ),
        "bad_reference": Rule(
            "Choose one that is declared in this file.", "Chọn một mục đã khai báo trong tệp."
        ),
        "shared_code": Rule(
            "Give each error or escalation its own code: the engine hands it to all that "
            "wait for the same.",
            "Đặt mã riêng cho từng lỗi hoặc leo thang: cùng mã thì mọi nơi chờ đều nhận.",
        ),
        "call_missing": Rule(
            "Name a process of this set in the call activity.",
            "Nêu tên một quy trình có trong bộ sơ đồ này.",
        ),
        "call_recursion": Rule(
            "Remove the call that leads back: a process that calls itself never ends.",
            "Bỏ lời gọi vòng lại: quy trình gọi chính mình không bao giờ kết thúc.",
        ),
        "decision_missing": Rule(
            "Name a decision table of this set in the rule task.",
            "Nêu tên một bảng quyết định có trong bộ này.",
        ),
        "operator_unknown": Rule(
            "Choose an operator that the system has.", "Chọn thao tác mà hệ thống có."
        ),
        # Shape
        "one_start": Rule(
            "Draw exactly one start event in the process or sub-process.",
            "Vẽ đúng một sự kiện bắt đầu trong quy trình hoặc quy trình con.",
        ),
        "no_end": Rule("Draw an end event.", "Vẽ sự kiện kết thúc."),
        "end_without_outcome": Rule(
            "Name each end of the top process awarded, rejected or withdrawn.",
            "Đặt mã kết thúc của quy trình trên cùng là awarded, rejected hoặc withdrawn.",
        ),
        "flow_outside": Rule(
            "Connect the flow to elements of the same process or sub-process.",
            "Nối luồng với phần tử trong cùng quy trình hoặc quy trình con.",
        ),
        "start_incoming": Rule(
            "Lead the flow to a gateway after the start event.",
            "Dẫn luồng tới một cổng đặt sau sự kiện bắt đầu.",
        ),
        "end_outgoing": Rule(
            "Remove the flow that leaves the end event.", "Bỏ luồng đi ra từ sự kiện kết thúc."
        ),
        "dead_end": Rule(
            "Draw where it goes on, down to an end event.",
            "Vẽ tiếp hướng đi, đến một sự kiện kết thúc.",
        ),
        "boundary_without_flow": Rule(
            "Draw what happens when the event on the border occurs.",
            "Vẽ việc xảy ra khi sự kiện trên viền được kích hoạt.",
        ),
        "boundary_detached": Rule(
            "Attach the event to a task or sub-process of the same process.",
            "Gắn sự kiện vào một việc hoặc quy trình con trong cùng quy trình.",
        ),
        "unreachable": Rule(
            "Draw a way from the start event to it, or remove it.",
            "Vẽ đường từ sự kiện bắt đầu tới đó, hoặc bỏ phần tử.",
        ),
        "implicit_split": Rule(
            "Put a gateway where the way splits.", "Đặt một cổng ở chỗ đường rẽ."
        ),
        "implicit_join": Rule(
            "Put a gateway where the ways meet.", "Đặt một cổng ở chỗ các đường gặp nhau."
        ),
        "duplicate_flow": Rule(
            "Remove one of the two flows between the same elements.",
            "Bỏ một trong hai luồng nối cùng hai phần tử.",
        ),
        # Conditions, scripts, timers
        "missing_default": Rule(
            "Mark one flow of the gateway as its default.",
            "Đánh dấu một luồng của cổng là luồng mặc định.",
        ),
        "default_condition": Rule(
            "Remove the condition of the default flow: it is not read.",
            "Bỏ điều kiện của luồng mặc định: điều kiện đó không được đọc.",
            is_warning=True,
        ),
        "missing_condition": Rule(
            "Write the condition of the flow, or make it the default.",
            "Viết điều kiện của luồng, hoặc đặt làm luồng mặc định.",
        ),
        "ignored_condition": Rule(
            "Put an exclusive gateway before the flow: only there conditions are read.",
            "Đặt cổng loại trừ trước luồng: chỉ ở đó điều kiện mới được đọc.",
        ),
        "forbidden_expression": Rule(
            'Write a comparison of the known variables, such as: outcome == "return".',
            'Viết phép so sánh các biến đã biết, ví dụ: outcome == "return".',
        ),
        "unknown_variable": Rule(
            "Use one of the variables that a case has.",
            "Dùng một trong các biến mà hồ sơ có.",
        ),
        "unknown_value": Rule(
            "Use a value that the variable can have.",
            "Dùng một giá trị mà biến có thể nhận.",
        ),
        "never_taken": Rule(
            "Correct the condition: no values of the variables make it true.",
            "Sửa điều kiện: không giá trị nào của biến làm điều kiện đúng.",
        ),
        "bad_timer": Rule(
            "Write the time as ISO 8601, such as P7D, R3/P7D or 2030-06-02T00:00:00+07:00.",
            "Viết thời gian theo ISO 8601, ví dụ P7D, R3/P7D hoặc 2030-06-02T00:00:00+07:00.",
        ),
        "short_cycle": Rule(
            "Repeat no more often than once a minute.", "Không lặp nhanh hơn mỗi phút một lần."
        ),
        "endless_cycle": Rule(
            "Say how often it repeats, such as R3/P7D.", "Nêu số lần lặp, ví dụ R3/P7D."
        ),
        "interrupting_cycle": Rule(
            "Use a duration for a deadline, and a cycle for reminders that interrupt nothing.",
            "Dùng khoảng thời gian cho thời hạn; chỉ dùng lặp cho lời nhắc không ngắt việc.",
        ),
        # People
        "missing_property": Rule(
            "Fill in the property of the user task.", "Điền thuộc tính của việc."
        ),
        "unknown_property": Rule(
            "Choose a word that the system knows for the property.",
            "Chọn từ mà hệ thống biết cho thuộc tính.",
        ),
        "missing_words": Rule(
            "Give the task its name and a sentence of documentation, in Vietnamese.",
            "Đặt tên việc và viết một câu mô tả bằng tiếng Việt.",
        ),
        # Several at once
        "multi_instance": Rule(
            "Write a fixed number of copies: the case holds no lists to go through.",
            "Viết số bản cố định: hồ sơ không có danh sách để duyệt qua.",
        ),
        "parallel_blowup": Rule(
            "Move parallel parts into processes of their own.",
            "Chuyển các phần song song sang quy trình riêng.",
        ),
        "join_in_loop": Rule(
            "Move the parallel part into a sub-process of its own: on a loop its join fires "
            "too early.",
            "Chuyển phần song song vào quy trình con: nằm trên vòng lặp thì cổng nối mở quá "
            "sớm.",
        ),
        "side_branch_joins": Rule(
            "Let the branch of a non-interrupting event end by itself.",
            "Để nhánh của sự kiện không ngắt tự kết thúc riêng.",
        ),
        "deadlock": Rule(
            "Join with the same kind of gateway that split: parallel with parallel.",
            "Nối bằng đúng loại cổng đã tách: song song với song song.",
        ),
        "double_token": Rule(
            "Join the parallel branches with a parallel gateway, else what follows runs twice.",
            "Nối các nhánh song song bằng cổng song song, nếu không phần sau chạy hai lần.",
        ),
        "livelock": Rule(
            "Draw a way out of the loop to an end event.",
            "Vẽ đường ra khỏi vòng lặp tới sự kiện kết thúc.",
        ),
        "automatic_loop": Rule(
            "Put a person or a timer into the loop, else it turns for ever.",
            "Đặt một việc của người hoặc hẹn giờ vào vòng lặp, nếu không nó quay mãi.",
        ),
        "too_large": Rule(
            "Split the process into smaller ones: it has too many states to check.",
            "Chia quy trình thành các phần nhỏ hơn: quá nhiều trạng thái để kiểm tra.",
        ),
        # Decision tables
        "hit_policy": Rule(
            "Set the hit policy to UNIQUE.", "Đặt chính sách trúng (hit policy) là UNIQUE."
        ),
        "row_length": Rule(
            "Give each row one cell per column.", "Mỗi dòng có đúng một ô cho mỗi cột."
        ),
        "missing_output": Rule(
            "Write a value into every output cell.", "Viết giá trị vào mọi ô kết quả."
        ),
        "table_gap": Rule(
            "Add a row for these inputs.", "Thêm một dòng cho các giá trị đầu vào này."
        ),
        "table_overlap": Rule(
            "Narrow the rows so that one alone applies.",
            "Thu hẹp các dòng để chỉ một dòng đúng.",
        ),
    }
)
